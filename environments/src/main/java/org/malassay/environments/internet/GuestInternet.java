package org.malassay.environments.internet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.Used;
import org.malassay.files.Folders;

/**
 * The simulated Internet of one guest. Used by one thread at a time, and by one more that counts.
 */
public final class GuestInternet implements AutoCloseable {
  private final GuestNetwork network;
  private final Path folder;
  private Owners owners = Owners.NONE;

  private GuestInternet(GuestNetwork network, Path folder) {
    this.network = network;
    this.folder = folder;
  }

  /** Makes the network. */
  @FunctionalInterface
  public interface Maker {
    /** Makes it; called once. */
    GuestNetwork make() throws GuestException;
  }

  /**
   * A fresh one.
   *
   * @param folder of the guest's own, which is deleted with this
   */
  public static GuestInternet in(Path folder, Maker maker) throws GuestException {
    try {
      return new GuestInternet(maker.make(), folder);
    } catch (GuestException | RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  /**
   * The port of the host's loopback that leads to a port of a machine.
   *
   * @throws GuestException if none does
   */
  public int port(int guestPort) throws GuestException {
    return Optional.ofNullable(network.pair().ports().get(guestPort))
        .orElseThrow(
            () -> new GuestException("no port of the host leads to the guest's port " + guestPort));
  }

  /**
   * What its guest has used, with the packets that passed here; without, when they are not known.
   */
  public Used count(Used used) {
    return network
        .lastTraffic()
        .map(traffic -> used.withPackets(traffic.sent(), traffic.received()))
        .orElse(used);
  }

  /** Says something on the guest's side. */
  @FunctionalInterface
  public interface Client {
    /** Runs {@link InternetProgram#CHECK} there until it has said all, and tells its output. */
    String talk() throws GuestException;
  }

  /**
   * Makes sure that what is said in the network is heard; it ends with that.
   *
   * @throws GuestException if not all of it was told
   */
  public void check(Client client) throws GuestException {
    NetworkCheck.run(network, client);
  }

  /** Runs a sample, whose events go to the sink. */
  @FunctionalInterface
  public interface Run {
    /** Runs it to its end. */
    Execution telling(EventSink events) throws GuestException;
  }

  /** Has what the sample says in the network told among its events. */
  public Execution observe(Run run, EventSink events) throws GuestException {
    OwnedEvents owned = new OwnedEvents(events);
    network.observe(network.clock(), owned);
    FacetState state;
    Execution execution;
    try {
      execution = run.telling(owned);
    } finally {
      state = network.finish();
      owners = owned.tell();
      state = state.and(owners.state());
    }
    return execution.with(execution.recording().with(Facet.NETWORK, state), execution.observed());
  }

  /** Adds what was said; nothing when nobody observed it. */
  public void collect(Evidence evidence) throws GuestException {
    network.collect(evidence, owners);
  }

  @Override
  public void close() {
    delete(folder);
  }

  private static void delete(Path folder) {
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      // the system empties its own folder of such files
    }
  }
}
