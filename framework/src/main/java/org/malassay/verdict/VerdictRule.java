package org.malassay.verdict;

import static org.malassay.verdict.Cause.Type.ABORT;
import static org.malassay.verdict.Cause.Type.BUS_ERROR;
import static org.malassay.verdict.Cause.Type.EMULATOR_REFUSES;
import static org.malassay.verdict.Cause.Type.EXIT_STATUS;
import static org.malassay.verdict.Cause.Type.ILLEGAL_INSTRUCTION;
import static org.malassay.verdict.Cause.Type.MISSING_INTERPRETER;
import static org.malassay.verdict.Cause.Type.MISSING_LIBRARY;
import static org.malassay.verdict.Cause.Type.MISSING_SYMBOL;
import static org.malassay.verdict.Cause.Type.MISSING_SYMBOL_VERSION;
import static org.malassay.verdict.Cause.Type.NEEDS_INTERPRETER;
import static org.malassay.verdict.Cause.Type.NEEDS_PROCESS;
import static org.malassay.verdict.Cause.Type.NOT_AN_EXECUTABLE_FORMAT;
import static org.malassay.verdict.Cause.Type.NO_LOADER;
import static org.malassay.verdict.Cause.Type.OUT_OF_MEMORY;
import static org.malassay.verdict.Cause.Type.OUT_OF_PROCESSES;
import static org.malassay.verdict.Cause.Type.PERMISSION_DENIED;
import static org.malassay.verdict.Cause.Type.REFUSED;
import static org.malassay.verdict.Cause.Type.SEGMENTATION_FAULT;
import static org.malassay.verdict.Cause.Type.SIGNAL;
import static org.malassay.verdict.Cause.Type.UNSUPPORTED_SYSTEM_CALL;
import static org.malassay.verdict.Cause.Type.WRONG_ARCHITECTURE;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.behavior.UnsupportedCall;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfFacts;
import org.malassay.elf.ElfFacts.Linkage;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;
import org.malassay.sample.FileFacts;
import org.malassay.sample.FileFacts.FileType;

/**
 * The thesis's flow chart, and the cause of every way out of it: a file that is not an executable
 * format does not run; one that exits with status 0, or still runs when it reaches its limit, runs;
 * any other does not. Pure functions.
 *
 * <p>The cause does not depend on how ARM code is executed. What a native kernel tells by errno, a
 * shell tells by exit status and a message. Messages count only from a file that could have caused
 * them: the dynamic linker's from a dynamically linked file. What an emulator tells in its own way,
 * its environment has made an {@link Ending} of.
 *
 * <p>A sample that made system calls which the environment lacks, and failed, is taken to have
 * failed of that: it ran, and then gave up or crashed on a result that no Linux gives. Such an
 * environment has no dynamic linker or shell whose messages could tell more. A sample that got over
 * it and succeeded is EXECUTABLE all the same; its row names the calls.
 */
public final class VerdictRule {
  /** What a shell exits with when it cannot execute a file, and when it cannot find it. */
  private static final int SHELL_CANNOT_EXECUTE = 126;

  private static final int SHELL_NOT_FOUND = 127;

  private static final int MESSAGES_LENGTH = 8192;

  // glibc's ld.so (elf/dl-load.c, dl-error.c), musl's (ldso/dynlink.c), uClibc's (ldso.c), Bionic's
  private static final Pattern MISSING_LIBRARY_MESSAGE =
      Pattern.compile(
          "error while loading shared libraries: (?<glibc>\\S+): cannot open shared object file"
              + "|Error loading shared library (?<musl>\\S+): No such file"
              + "|can't load library '(?<uclibc>[^']+)'"
              + "|library \"(?<bionic>[^\"]+)\" not found");
  private static final Pattern MISSING_VERSION_MESSAGE =
      Pattern.compile("version [`'](?<version>[^']+)' not found \\(required by ");
  private static final Pattern MISSING_SYMBOL_MESSAGE =
      Pattern.compile(
          "undefined symbol: (?<glibc>[^\\s,]+)"
              + "|Error relocating \\S+: (?<musl>\\S+): symbol not found"
              + "|can't resolve symbol '(?<uclibc>[^']+)'"
              + "|cannot locate symbol \"(?<bionic>[^\"]+)\"");
  private static final List<String> LIBCS = List.of("glibc", "musl", "uclibc", "bionic");

  /** An interpreter that the sample itself looked for, as a packer's stub does, and left for. */
  private static final String INTERPRETER_CALL = "open:";

  /** The calls that make a process, or execute another program. */
  private static final Set<String> PROCESS_CALLS =
      Set.of("fork", "vfork", "clone", "execve", "execveat");

  /**
   * Calls that C libraries try, and do without where the kernel is older than they are: no sample
   * fails of them. What clone3 was to make is then asked of clone.
   */
  private static final Pattern TRIED_CALLS =
      Pattern.compile(
          "\\w*time64|rseq|statx|clone3|close_range|openat2|faccessat2|epoll_pwait2|membarrier"
              + "|set_robust_list|get_robust_list");

  private static final Set<Integer> CRASHES =
      Set.of(Signals.SIGABRT, Signals.SIGSEGV, Signals.SIGBUS, Signals.SIGILL);

  private VerdictRule() {}

  /**
   * The verdict on a file that is not to be started at all, whatever the kernel at hand would do
   * with it: it is no executable format, or made for another architecture. Empty when only running
   * it can tell.
   *
   * @param environment the architectures that the environment is made for
   */
  public static Optional<Verdict> beforeRunning(FileFacts facts, Set<Architecture> environment) {
    if (facts.type() == FileType.SCRIPT || facts.isForShell()) {
      return Optional.empty();
    }
    if (facts.elf().isEmpty()) {
      return refused(NOT_AN_EXECUTABLE_FORMAT, facts.type().name().toLowerCase(Locale.ROOT));
    }
    ElfFacts elf = facts.elf().get();
    if (elf.linkage() == Linkage.NONE) {
      return refused(NOT_AN_EXECUTABLE_FORMAT, malformation(elf));
    }
    if (!environment.contains(elf.architecture())) {
      return refused(WRONG_ARCHITECTURE, elf.architecture().label());
    }
    return Optional.empty();
  }

  /**
   * The verdict on a file that was run.
   *
   * @param unsupported the system calls of it that the environment lacks, in the order in which it
   *     first made them
   */
  public static Verdict afterRunning(
      FileFacts facts, Execution execution, List<UnsupportedCall> unsupported) {
    Ending ending = execution.ending();
    if (ending instanceof Ending.Exited exited) {
      return exited.status() == 0
          ? Verdict.executable()
          : ended(causeOfExit(exited.status(), facts, execution, unsupported), execution);
    }
    if (ending instanceof Ending.Signaled signaled) {
      return ended(causeOfSignal(signaled.signal(), facts, execution, unsupported), execution);
    }
    if (ending instanceof Ending.Refused refused) {
      return Verdict.notExecutable(causeOfRefusal(refused.errno(), facts));
    }
    if (ending instanceof Ending.NotAsLinux different) {
      return Verdict.inconclusive(new Cause(EMULATOR_REFUSES, different.what()));
    }
    if (ending instanceof Ending.GuestDown && execution.outOfMemory()) {
      return Verdict.notExecutable(Cause.of(OUT_OF_MEMORY));
    }
    return Verdict.executable(); // still running at its limit, or it took the guest down
  }

  /**
   * The flow chart goes by the first process; a sample of which other processes work on is not
   * dead.
   */
  private static Verdict ended(Cause cause, Execution execution) {
    return Verdict.notExecutable(
        execution.survivors() == 0 ? cause : cause.with("a process of it lives on"));
  }

  private static Optional<Verdict> refused(Cause.Type type, String detail) {
    return Optional.of(Verdict.notExecutable(new Cause(type, detail)));
  }

  /** The stream on which loaders complain. */
  private static String messages(Execution execution) {
    return execution.stderr().text(MESSAGES_LENGTH);
  }

  private static Cause causeOfExit(
      int status, FileFacts facts, Execution execution, List<UnsupportedCall> unsupported) {
    String stderr = messages(execution);
    return unsupportedCallCause(unsupported)
        .or(() -> linkerCause(facts, stderr))
        .or(() -> shellCause(status, facts, stderr))
        .or(() -> refusedForksCause(execution))
        .orElseGet(() -> new Cause(EXIT_STATUS, Integer.toString(status)));
  }

  /**
   * Of several calls, the one that was asked for last is what the sample gave up at: it got over
   * the ones before. But processes go first: a sample that cannot have one asks for other rare
   * calls on its way out, and what a unikernel can never give says more than what ours does not
   * give yet.
   */
  private static Optional<Cause> unsupportedCallCause(List<UnsupportedCall> calls) {
    return last(calls, call -> call.name().startsWith(INTERPRETER_CALL))
        .map(call -> new Cause(NEEDS_INTERPRETER, call.name().substring(INTERPRETER_CALL.length())))
        .or(
            () ->
                last(calls, call -> PROCESS_CALLS.contains(call.name()))
                    .map(call -> new Cause(NEEDS_PROCESS, call.name())))
        .or(
            () ->
                last(calls, VerdictRule::wasNeeded)
                    .map(call -> new Cause(UNSUPPORTED_SYSTEM_CALL, call.name())));
  }

  /**
   * A sample that met a limit and failed is taken to have failed of it, as of a call that is not
   * supported.
   */
  private static Optional<Cause> refusedForksCause(Execution execution) {
    return execution.refusedForks() > 0
        ? Optional.of(Cause.of(OUT_OF_PROCESSES))
        : Optional.empty();
  }

  private static boolean wasNeeded(UnsupportedCall call) {
    return call.error().equals("ENOSYS") && !TRIED_CALLS.matcher(call.name()).matches();
  }

  private static Optional<UnsupportedCall> last(
      List<UnsupportedCall> calls, Predicate<UnsupportedCall> condition) {
    return calls.stream().filter(condition).reduce((earlier, later) -> later);
  }

  /** What the dynamic linker inside the guest said before it gave up. */
  private static Optional<Cause> linkerCause(FileFacts facts, String stderr) {
    if (facts.elf().filter(elf -> elf.linkage() == Linkage.DYNAMIC).isEmpty()) {
      return Optional.empty();
    }
    Matcher library = MISSING_LIBRARY_MESSAGE.matcher(stderr);
    if (library.find()) {
      return Optional.of(new Cause(MISSING_LIBRARY, firstGroup(library)));
    }
    Matcher version = MISSING_VERSION_MESSAGE.matcher(stderr);
    if (version.find()) {
      return Optional.of(new Cause(MISSING_SYMBOL_VERSION, version.group("version")));
    }
    Matcher symbol = MISSING_SYMBOL_MESSAGE.matcher(stderr);
    if (symbol.find()) {
      return Optional.of(new Cause(MISSING_SYMBOL, firstGroup(symbol)));
    }
    return Optional.empty();
  }

  private static String firstGroup(Matcher matcher) {
    return LIBCS.stream()
        .map(matcher::group)
        .filter(group -> group != null)
        .findFirst()
        .orElseThrow();
  }

  /** What a shell said where a kernel has an errno. */
  private static Optional<Cause> shellCause(int status, FileFacts facts, String stderr) {
    if (status == SHELL_NOT_FOUND
        && (stderr.contains("not found") || stderr.contains("No such file or directory"))) {
      return interpreter(facts).map(path -> new Cause(MISSING_INTERPRETER, path));
    }
    if (status == SHELL_CANNOT_EXECUTE && stderr.contains("Permission denied")) {
      return Optional.of(Cause.of(PERMISSION_DENIED));
    }
    if (status == SHELL_CANNOT_EXECUTE && stderr.contains("Exec format error")) {
      return facts.elf().map(VerdictRule::notLoadable);
    }
    return Optional.empty();
  }

  private static Cause causeOfRefusal(String errno, FileFacts facts) {
    return switch (errno) {
      case "ENOEXEC", "EINVAL", "ELIBBAD" ->
          facts
              .elf()
              .map(VerdictRule::notLoadable)
              .orElseGet(() -> Cause.of(NOT_AN_EXECUTABLE_FORMAT));
      case "EIO" ->
          facts
              .elf()
              .filter(ElfFacts::truncated)
              .map(VerdictRule::notLoadable)
              .orElseGet(() -> new Cause(REFUSED, errno));
      case "EACCES", "EPERM" -> Cause.of(PERMISSION_DENIED);
      case "ENOENT" ->
          interpreter(facts)
              .map(path -> new Cause(MISSING_INTERPRETER, path))
              .orElseGet(() -> new Cause(REFUSED, errno));
      case "ENOMEM" -> Cause.of(OUT_OF_MEMORY);
      case "ENOSYS" -> Cause.of(NO_LOADER);
      case "ELIBACC" -> new Cause(NEEDS_INTERPRETER, interpreter(facts).orElse(""));
      default -> new Cause(REFUSED, errno);
    };
  }

  private static Cause causeOfSignal(
      int signal, FileFacts facts, Execution execution, List<UnsupportedCall> unsupported) {
    boolean badMemory = signal == Signals.SIGSEGV || signal == Signals.SIGBUS;
    // Where a file ends too early, a program dies by one of the two.
    if (badMemory && facts.elf().filter(ElfFacts::truncated).isPresent()) {
      return new Cause(NOT_AN_EXECUTABLE_FORMAT, "truncated");
    }
    if (signal == Signals.SIGKILL && execution.outOfMemory()) {
      return Cause.of(OUT_OF_MEMORY); // the kernel's own doing, whatever it had refused before
    }
    // A crash, too, can follow from it: the sample took what fork returned for a process.
    return unsupportedCallCause(unsupported)
        .or(() -> CRASHES.contains(signal) ? refusedForksCause(execution) : Optional.empty())
        .orElseGet(() -> causeOfSignal(signal));
  }

  private static Cause causeOfSignal(int signal) {
    return switch (signal) {
      case Signals.SIGILL -> Cause.of(ILLEGAL_INSTRUCTION);
      case Signals.SIGSEGV -> Cause.of(SEGMENTATION_FAULT);
      case Signals.SIGBUS -> Cause.of(BUS_ERROR);
      case Signals.SIGABRT -> Cause.of(ABORT);
      default -> new Cause(SIGNAL, Signals.name(signal));
    };
  }

  private static Cause notLoadable(ElfFacts elf) {
    return new Cause(NOT_AN_EXECUTABLE_FORMAT, malformation(elf));
  }

  private static String malformation(ElfFacts elf) {
    if (elf.truncated()) {
      return "truncated";
    }
    return switch (elf.type()) {
      case RELOCATABLE -> "object file";
      case CORE -> "core dump";
      default -> "malformed";
    };
  }

  private static Optional<String> interpreter(FileFacts facts) {
    return facts.elf().flatMap(ElfFacts::interpreter).or(facts::interpreter);
  }
}
