package org.malassay.environments.tracing;

import java.util.Optional;
import org.malassay.behavior.Endpoint;

/**
 * What is known of an open descriptor.
 *
 * @param path of the file, in the guest
 * @param peer whom the socket is connected to
 * @param closedByExec whether it ends when its process executes a program
 * @param emulators true when an emulator opened it for itself
 */
record Descriptor(
    Optional<String> path, Optional<Endpoint> peer, boolean closedByExec, boolean emulators) {

  /** One of which nothing is known but that it is there. */
  static Descriptor of(boolean closedByExec) {
    return new Descriptor(Optional.empty(), Optional.empty(), closedByExec, false);
  }

  static Descriptor file(String path, boolean closedByExec) {
    return new Descriptor(Optional.of(path), Optional.empty(), closedByExec, false);
  }

  static Descriptor ofEmulator() {
    return new Descriptor(Optional.empty(), Optional.empty(), true, true);
  }

  Descriptor withoutPath() {
    return new Descriptor(Optional.empty(), peer, closedByExec, emulators);
  }

  Descriptor connectedTo(Optional<Endpoint> to) {
    return new Descriptor(path, to, closedByExec, emulators);
  }

  Descriptor closedByExec(boolean is) {
    return new Descriptor(path, peer, is, emulators);
  }
}
