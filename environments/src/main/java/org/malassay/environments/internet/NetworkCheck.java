package org.malassay.environments.internet;

import java.util.ArrayList;
import java.util.List;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Event;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Question;
import org.malassay.environment.GuestException;

/**
 * Whether what is said on the guest's side of a network is heard: a network that tells nothing
 * would look like one in which nothing was said.
 */
final class NetworkCheck {
  private static final String CHECKED = "checked";

  private NetworkCheck() {}

  /**
   * Has somebody talk in a network, which ends with that.
   *
   * @throws GuestException if one question, one connection and its packets were not told
   */
  static void run(GuestNetwork network, GuestInternet.Client client) throws GuestException {
    List<Event> events = new ArrayList<>();
    network.observe(network.clock(), events::add); // in the thread of the frames, until the end
    String said = client.talk().strip();
    FacetState state = network.finish();
    if (!said.equals(CHECKED)) {
      throw new GuestException(
          "the simulated Internet could not be tried: "
              + (said.isEmpty()
                  ? "the program said nothing"
                  : said.replaceFirst("^internet: ", "")));
    }
    long questions = events.stream().filter(NetworkCheck::isQuestion).count();
    long connections = events.stream().filter(NetworkCheck::isConnection).count();
    long packets = network.lastTraffic().map(Traffic::captured).orElse(0L);
    if (questions != 1
        || connections != 1
        || packets == 0
        || state.kind() != FacetState.Kind.OBSERVED) {
      throw new GuestException(
          ("the simulated Internet was tried with 1 question and 1 connection, "
                  + "and told %d, %d and %d packets: %s")
              .formatted(questions, connections, packets, state));
    }
  }

  private static boolean isQuestion(Event event) {
    return event instanceof Question it && it.protocol().equals("dns");
  }

  private static boolean isConnection(Event event) {
    return event instanceof Conversation it && it.transport().equals("tcp");
  }
}
