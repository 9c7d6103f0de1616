package org.malassay.environments.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.malassay.sample.LoginSession.Protocol;

/**
 * The image that guests are made from: the base image and the agent.
 *
 * @param id of the image with the agent in it
 * @param port that the web service listens on
 * @param service the command that starts the web service
 * @param debian which Debian it was made of; empty when it is an image of the user's
 * @param processors of the engine
 */
record GuestImage(
    String id, int port, List<String> service, Optional<String> debian, int processors) {
  /** Where the agent lies in the image. */
  static final String AGENT = "/malassay-agent";

  /**
   * What the project's own samples look for, besides the host name, before they do any harm: see
   * experiments/samples/guest.h.
   */
  static final String MARKER = "/etc/malassay-guest";

  static final String MARKER_WORDS = "Everything in this guest of Malassay may be destroyed.\n";
  static final String HOST_NAME = "malassay-guest";

  GuestImage {
    service = List.copyOf(service);
  }

  /**
   * What the engine starts as the first process.
   *
   * @param login by which somebody logs in before, for samples that are sessions
   */
  List<String> entrypoint(Optional<Protocol> login) {
    List<String> command = new ArrayList<>(List.of(AGENT));
    login.ifPresent(protocol -> command.addAll(List.of("--login", protocol.word())));
    command.add(Integer.toString(port));
    command.addAll(service);
    return command;
  }
}
