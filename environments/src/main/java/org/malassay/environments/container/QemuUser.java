package org.malassay.environments.container;

import static org.malassay.elf.ElfFacts.Loading.LOADED;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfFacts;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Exited;
import org.malassay.environment.Ending.NotAsLinux;
import org.malassay.environment.Ending.Refused;
import org.malassay.environment.Ending.Signaled;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;

/**
 * Corrects what qemu-user does with an ARM program to what Linux on ARM does with it. qemu-user
 * takes the place of the kernel, and differs from it:
 *
 * <ul>
 *   <li>It loads what Linux does not, and says why it does not load a file by a message and exit
 *       status 255. What Linux does stands in the file: {@link ElfFacts#loading}.
 *   <li>It refuses what Linux does not look at: class, byte order and version in {@code e_ident},
 *       and {@code e_ehsize}. How it is registered with the host's kernel may leave out more files.
 *   <li>It ends a program with {@code SIGBUS} that moves several words at an odd address, which
 *       Linux mends; and with {@code SIGSEGV} one without {@code PT_GNU_STACK} that executes its
 *       data, which Linux lets it.
 * </ul>
 *
 * In the last two cases the result is {@link NotAsLinux}, and only then: the file says that it may
 * be so, and the kernel's error, or the {@link Witness}, that it is. Where it gives up of itself,
 * it aborts as a program does; its words can be the sample's own, so that a note tells of them.
 */
final class QemuUser {
  private static final int LOADER_FAILED = 255;
  private static final int SIGABRT = 6;
  private static final int SIGBUS = 7;
  private static final int SIGSEGV = 11;
  private static final String WAY_OUT = "; %s runs it".formatted(Kernel.ARM.asGiven());

  /** Loaders say little, and so does qemu-user when it gives up. */
  private static final int MESSAGES_LENGTH = 8192;

  private static final Pattern LOADER =
      Pattern.compile("^\\S*(?:qemu-\\w+(?:-static)?|-binfmt-P): (.*)$", Pattern.MULTILINE);
  private static final Pattern NOT_OPENED = Pattern.compile("Could not open '([^']*)'.*");
  private static final Pattern NO_FILE = Pattern.compile("(.*): Error reading file header: .*");

  private static final Pattern GAVE_UP =
      Pattern.compile(
          "^(qemu: unhandled CPU exception \\S+|.*ERROR:\\S*(?:accel|target|tcg|linux-user)/.*)",
          Pattern.MULTILINE);

  private QemuUser() {}

  /** Asks why an execution ended, where it may have ended otherwise on Linux. */
  @FunctionalInterface
  interface Question {
    Witness.Finding ask() throws GuestException;
  }

  /**
   * How Linux ends an ARM program before its first instruction; empty when it does not, or
   * something else than the file decides that.
   */
  static Optional<Ending> beforeFirstInstruction(ElfFacts elf, Limits limits) {
    if (elf.architecture() != Architecture.ARM) {
      return Optional.empty();
    }
    return switch (elf.loading()) {
      case REFUSED -> Optional.of(new Refused("ENOEXEC"));
      case UNREADABLE -> Optional.of(new Refused("EIO"));
      case KILLED -> Optional.of(new Signaled(SIGSEGV));
      case LOADED -> {
        if (elf.interpreter().filter(String::isEmpty).isPresent()) {
          yield Optional.of(new Refused("EACCES")); // the folder at hand
        }
        // Linux does not promise more memory than there is in all (overcommit_memory 0).
        yield elf.zeroed() > limits.memoryBytes()
            ? Optional.of(new Signaled(SIGSEGV))
            : Optional.empty();
      }
    };
  }

  /**
   * How it would have ended on Linux, or that this cannot be told; empty where qemu-user did as
   * Linux does.
   *
   * @param question is asked only when the answer makes a difference
   */
  static Optional<Ending> asOnLinux(ElfFacts elf, Execution execution, Question question)
      throws GuestException {
    Ending ending = execution.ending();
    if (elf.architecture() != Architecture.ARM || elf.loading() != LOADED) {
      return Optional.empty();
    }
    if (ending.equals(new Refused("ENOEXEC"))) {
      return notAsLinux("what its header has where Linux does not look");
    }
    if (ending.equals(new Exited(LOADER_FAILED))) {
      return ofLoader(elf, execution, question);
    }
    if (ending.equals(new Signaled(SIGBUS)) && question.ask() == Witness.Finding.WORDS) {
      return notAsLinux("several words at an odd address");
    }
    if (ending.equals(new Signaled(SIGSEGV))
        && elf.readImpliesExecute()
        && question.ask() == Witness.Finding.DATA) {
      return notAsLinux("data as code, as the file has no PT_GNU_STACK");
    }
    return Optional.empty();
  }

  /** What a reader should know of how it ended. */
  static Optional<String> note(Execution execution) {
    return execution.ending().equals(new Signaled(SIGABRT))
            && GAVE_UP.matcher(messages(execution)).find()
        ? Optional.of(
            "aborted in the words of an emulator that gives up: the emulator did, or the sample")
        : Optional.empty();
  }

  private static String messages(Execution execution) {
    return execution.stderr().text(MESSAGES_LENGTH);
  }

  private static Optional<Ending> ofLoader(ElfFacts elf, Execution execution, Question question)
      throws GuestException {
    Matcher line = LOADER.matcher(messages(execution));
    if (!line.find()) {
      return Optional.empty();
    }
    String message = line.group(1);
    if (isAboutInterpreter(NOT_OPENED, message, elf)) {
      return Optional.of(new Refused("ENOENT"));
    }
    if (isAboutInterpreter(NO_FILE, message, elf)) {
      return Optional.of(new Refused("EACCES"));
    }
    if (question.ask() != Witness.Finding.LOADER) {
      return Optional.empty(); // the sample says so itself
    }
    return elf.interpreter().filter(path -> message.startsWith(path + ": ")).isPresent()
        ? Optional.of(new Refused("ELIBBAD"))
        : notAsLinux("its headers (" + message + ")");
  }

  private static boolean isAboutInterpreter(Pattern pattern, String message, ElfFacts elf) {
    Matcher matcher = pattern.matcher(message);
    return matcher.matches() && elf.interpreter().filter(matcher.group(1)::equals).isPresent();
  }

  private static Optional<Ending> notAsLinux(String what) {
    return Optional.of(notTaking(what));
  }

  /** It does not take this, and there is a way out. */
  static NotAsLinux notTaking(String what) {
    return new NotAsLinux(what + WAY_OUT);
  }

  /** What it does not take, without the way out: for one who has taken that. */
  static String notTaken(NotAsLinux ending) {
    return ending.what().endsWith(WAY_OUT)
        ? ending.what().substring(0, ending.what().length() - WAY_OUT.length())
        : ending.what();
  }
}
