package org.malassay.experiment;

import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.malassay.environment.Limits;
import org.malassay.environment.SlowHost;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;
import org.malassay.options.Options;
import org.malassay.options.Values;
import org.malassay.report.Baseline;
import org.malassay.run.RunDirectory;
import org.malassay.run.Shard;
import org.malassay.sample.Unpacking;
import org.malassay.score.RuleOptions;

/** The options that every run has. */
public final class RunOptions implements OptionGroup {
  public static final Option<List<String>> ENV =
      Option.optional(
          "env",
          "NAME[+DEFENCE...],...",
          "the environments to run the samples in, one after the other, each with the defences that"
              + " are named after it",
          Values::names);
  public static final Option<List<Path>> SAMPLES =
      Option.optional(
          "samples",
          "PATH,...",
          "folders, files or archives (zip, 7z, tar, gz, bz2, xz) to run instead of the harmless"
              + " samples; archives within them are opened, too",
          Values::paths);
  public static final Option<List<String>> PASSWORDS =
      Option.of(
          "samples.password",
          "WORD,...",
          Unpacking.PASSWORD,
          "what archives of samples are encrypted with; each is tried",
          Values::names);
  public static final Option<Charset> CHARSET =
      Option.optional(
          "samples.charset",
          "CHARSET",
          "of names in archives that do not say it, such as Shift_JIS; told from the names unless"
              + " given",
          Values::charset);
  public static final Option<String> SAMPLE =
      Option.optional(
          "sample",
          "PATTERN",
          "only the samples of this path, file name, glob or SHA-256 prefix",
          text -> text);
  public static final Option<List<String>> SAMPLE_ARGUMENTS =
      Option.optional(
          "sample.arguments",
          "WORDS",
          "given to every sample, split into words as a shell does, with quotes",
          Values::words);
  public static final Option<Boolean> SCRIPTS_BY_SHELL =
      Option.of(
          "scripts",
          "WHO",
          "kernel",
          "who runs a text file without #!: the kernel, which refuses it, or the shell, as on a"
              + " device",
          RunOptions::isShell);
  public static final Option<Duration> TIME_LIMIT =
      Option.of(
          "time.limit",
          "DURATION",
          "10s",
          "how long a sample may run that is no login session",
          Values::duration);

  /** At a terminal's pace, many commands take longer than a program. */
  public static final Option<Duration> SESSION_LIMIT =
      Option.of(
          "time.limit.session",
          "DURATION",
          "60s",
          "how long a sample may run that is a login session",
          Values::duration);

  public static final Option<Recorded> RECORD =
      Option.of(
          "record",
          "FACET,...",
          "all",
          "what is recorded of each sample: calls, processes, files, network, usage, service; all:"
              + " as far as can be had; none: the verdict alone",
          Recorded::parse);
  public static final Option<Duration> BEHAVIOR_LIMIT =
      Option.optional(
          "behavior.limit",
          "DURATION",
          "how long a sample is observed while processes that it left behind live; its time limit"
              + " unless given",
          Values::duration);
  public static final Option<Long> OUTPUT_LIMIT =
      Option.of(
          "output.limit", "SIZE", "1m", "how much of each output stream is kept", Values::size);
  public static final Option<Long> MEMORY =
      Option.of("memory", "SIZE", "256m", "the memory of a guest", Values::size);
  public static final Option<Integer> PIDS =
      Option.of(
          "pids", "COUNT", "128", "how many processes and threads a guest may have", Values::count);
  public static final Option<Double> CPUS =
      Option.of("cpus", "NUMBER", "1", "the share of processors of a guest", Values::share);
  public static final Option<Long> DISK =
      Option.of("disk", "SIZE", "256m", "how much a guest may write to its disk", Values::size);
  public static final Option<Integer> REPEAT =
      Option.of(
          "repeat",
          "COUNT",
          "1",
          "how often each sample is measured in each environment, each time in a fresh guest",
          Values::count);
  public static final Option<Integer> GUESTS =
      Option.optional(
          "guests",
          "COUNT",
          "how many guests run side by side; chosen by the environment unless given",
          Values::count);
  public static final Option<Path> OUT = RunDirectory.OUT;
  public static final Option<String> RESUME =
      Option.optional(
          "resume",
          "RUN",
          "continue a killed run: its id or folder, the latest without a value",
          text -> text);
  public static final Option<Path> EXPECT =
      Option.optional(
          "expect",
          "FILE",
          "fail where the verdicts differ from this CSV (columns sample or sha256, verdict, and as"
              + " wanted environment, cause, last_stage, hits)",
          Values::path);
  public static final Option<String> BASELINE = Baseline.OPTION;
  public static final Option<Double> MAX_THREAT =
      Option.optional(
          "max.threat", "SCORE", "fail where a threat score is higher than this", Values::number);

  public static final Option<Double> MAX_IMPACT =
      Option.optional(
          "max.impact", "SCORE", "fail where an impact score is higher than this", Values::number);
  public static final Option<Duration> GUEST_LIMIT =
      Option.of(
          "guest.limit",
          "DURATION",
          "30m",
          "how long a guest may take for a step, beside its sample, before the result is"
              + " INCONCLUSIVE",
          Values::duration);
  public static final Option<List<String>> REPORTS =
      Option.optional(
          "reports",
          "NAME,...",
          "only these reports, in this order; without it those not marked on request",
          Values::names);

  /** Prints the help text in the place of a run. */
  static final Option<String> HELP = Option.optional("help", "", "print this", text -> text);

  /**
   * How many time limits pass until the project's own environments take their host for too busy.
   */
  private static final int BUSIEST = 40;

  @Override
  public String title() {
    return "Every run";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(
        ENV,
        SAMPLES,
        PASSWORDS,
        CHARSET,
        SAMPLE,
        Shard.OPTION,
        SAMPLE_ARGUMENTS,
        SCRIPTS_BY_SHELL,
        TIME_LIMIT,
        SESSION_LIMIT,
        RECORD,
        BEHAVIOR_LIMIT,
        OUTPUT_LIMIT,
        MEMORY,
        PIDS,
        CPUS,
        DISK,
        REPEAT,
        GUESTS,
        GUEST_LIMIT,
        SlowHost.FACTOR,
        OUT,
        REPORTS,
        RESUME,
        EXPECT,
        BASELINE,
        MAX_THREAT,
        MAX_IMPACT,
        RuleOptions.RULES);
  }

  /**
   * How long one step of a guest may take, the sample's own time included.
   *
   * @param limits what guests are limited to
   */
  static Duration step(Options options, Limits limits) {
    return options
        .get(GUEST_LIMIT)
        .plus(limits.time().multipliedBy(BUSIEST))
        .plus(options.find(BEHAVIOR_LIMIT).orElse(Duration.ZERO));
  }

  /**
   * How long a sample is observed at most, from its start; nothing recorded needs no such time.
   *
   * @param limit how long it may run
   */
  static Duration observation(Options options, Duration limit) {
    return options.get(RECORD).facets().isEmpty()
        ? Duration.ZERO
        : options.find(BEHAVIOR_LIMIT).orElse(limit);
  }

  private static boolean isShell(String who) {
    return switch (who) {
      case "kernel" -> false;
      case "shell" -> true;
      default -> throw new IllegalArgumentException("neither kernel nor shell");
    };
  }

  static Limits limits(Options options) {
    return new Limits(
        options.get(TIME_LIMIT),
        options.get(OUTPUT_LIMIT),
        options.get(MEMORY),
        options.get(PIDS),
        options.get(CPUS),
        options.get(DISK));
  }
}
