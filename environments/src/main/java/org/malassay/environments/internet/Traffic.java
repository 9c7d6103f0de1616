package org.malassay.environments.internet;

/**
 * What has passed between a guest and its network so far.
 *
 * @param sent packets that left the guest
 * @param received packets that came in
 * @param captured how many of both are in the capture; the others came in a flood or after it was
 *     full
 * @param datagramsLost that the guest sent in a flood, and nobody took
 * @param connectionsRefused beyond as many as it may have open at once
 * @param unanswered how often a guest that floods was heard but not answered
 */
public record Traffic(
    long sent,
    long received,
    long captured,
    long datagramsLost,
    long connectionsRefused,
    long unanswered) {
  /** How many packets passed, in both directions. */
  long packets() {
    return sent + received;
  }

  /** Nothing. */
  static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, 0);
}
