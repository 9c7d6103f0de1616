package org.malassay.behavior;

/**
 * Where an event was seen, and whether the sample could have lied.
 *
 * @param source one or more words joined by hyphens, such as {@code host-kernel}
 * @param forgeable true when a sample, root in its guest, could have made the event up, changed it
 *     or kept it back without being noticed
 */
public record Origin(String source, boolean forgeable) {

  /** The kernel that runs the sample, which is the host's: out of the guest's reach. */
  public static final Origin HOST_KERNEL = new Origin("host-kernel", false);

  /**
   * The guest's own kernel, told by a program in the guest. Root there can end that program, which
   * is noticed and told, but cannot speak in its place.
   */
  public static final Origin GUEST_KERNEL = new Origin("guest-kernel", false);

  /** The library OS of a unikernel, which shares its memory with the sample. */
  public static final Origin LIBRARY_OS = new Origin("library-os", true);

  /** The log of the user-mode emulator, which lies in the sample's reach. */
  public static final Origin EMULATOR_LOG = new Origin("emulator-log", true);

  /** A tracer in the guest, which the sample can see and end. */
  public static final Origin TRACER = new Origin("tracer", true);

  /** The agent in the guest. */
  public static final Origin AGENT = new Origin("agent", false);

  /** The agent in a guest whose root can end it, and speak in its place. */
  public static final Origin AGENT_BESIDE_ROOT = new Origin("agent", true);

  /** The far side of the guest's network. */
  public static final Origin NETWORK = new Origin("network", false);

  /** The sample itself. */
  public static final Origin SAMPLE = new Origin("sample", true);

  /** Something in the guest, such as its web service or its console, in the sample's reach. */
  public static final Origin GUEST = new Origin("guest", true);

  /** Asked for from outside of the sample. */
  public static final Origin PROBE = new Origin("probe", false);

  /** Measured by the host. */
  public static final Origin HOST = new Origin("host", false);
}
