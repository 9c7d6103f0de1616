package org.malassay.environments.tracing;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.OptionGroup;
import org.malassay.options.Options;

/** Which recorder sees the calls and processes of samples. */
public final class RecorderOptions implements OptionGroup {
  /** A recorder that can be named. */
  public enum Kind {
    /** An eBPF program in the kernel that runs the sample. */
    @JsonProperty("ebpf")
    EBPF("ebpf"),
    /** The log of the qemu-user that runs the sample. */
    @JsonProperty("qemu-strace")
    QEMU_STRACE("qemu-strace");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** The recorder; empty: the environment's own. */
  public static final Option<Kind> RECORDER =
      Option.optional(
          "recorder",
          "ebpf|qemu-strace",
          "what sees the calls and processes of a sample: eBPF in the kernel that runs it (container,"
              + " raspbian), or the log of qemu-user (container), which needs no right but which the"
              + " sample sees and can forge; without it, the environment's own",
          RecorderOptions::kind);

  /** Called by {@link java.util.ServiceLoader}. */
  public RecorderOptions() {}

  @Override
  public String title() {
    return "The recorder";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(RECORDER);
  }

  private static Kind kind(String text) {
    for (Kind kind : Kind.values()) {
      if (kind.word.equals(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        text.equals("strace")
            ? "strace is no recorder here, for it changes verdicts: a sample that it traces is refused"
                + " PTRACE_TRACEME, and takes several times as long; there is ebpf, and qemu-strace in"
                + " container"
            : "not one of ebpf, qemu-strace");
  }

  /**
   * Refuses a recorder that the environment does not have.
   *
   * @param has those that it has
   * @param own how it sees what samples do, in words that go on "it ..."
   */
  public static void require(Options options, String environment, List<Kind> has, String own) {
    require(options, environment, has, own, "-Denv=container");
  }

  /**
   * The same where qemu-user's log can be had by another option.
   *
   * @param logged that option, with its value
   */
  public static void require(
      Options options, String environment, List<Kind> has, String own, String logged) {
    Optional<Kind> asked = options.find(RECORDER);
    if (asked.isPresent() && !has.contains(asked.get())) {
      throw new OptionException(
          "-Drecorder=%s: %s has no such recorder: it %s; leave the option out%s"
              .formatted(
                  asked.get().word,
                  environment,
                  own,
                  asked.get() == Kind.QEMU_STRACE ? ", or run " + logged : ""));
    }
  }
}
