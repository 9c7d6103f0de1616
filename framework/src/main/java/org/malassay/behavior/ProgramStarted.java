package org.malassay.behavior;

import java.time.Duration;
import java.util.List;

/**
 * A process executes a program from now on.
 *
 * @param program the path of the program that was executed
 * @param arguments from the one that stands for the program's name
 * @param cut true when there are more arguments, or the last one goes on
 */
public record ProgramStarted(
    Duration at, Origin origin, int process, String program, List<String> arguments, boolean cut)
    implements Event {

  static final EventKind<ProgramStarted> KIND =
      new EventKind<>(
          "program_started",
          ProgramStarted.class,
          Facet.PROCESSES,
          "process",
          "start",
          ProgramStarted::write,
          ProgramStarted::read);

  public ProgramStarted {
    arguments = List.copyOf(arguments);
  }

  private void write(Fields to) {
    to.put(Field.PROCESS, process);
    to.put(Field.EXECUTABLE, program);
    to.put(Field.NAME, program.substring(program.lastIndexOf('/') + 1));
    to.put(Field.COMMAND_LINE, String.join(" ", arguments));
    to.put(Field.ARGS, arguments);
    if (cut) {
      to.put(Field.ARGS_CUT, true);
    }
  }

  private static ProgramStarted read(Fields from) {
    return new ProgramStarted(
        from.at(),
        from.origin(),
        from.integer(Field.PROCESS),
        from.text(Field.EXECUTABLE),
        from.texts(Field.ARGS),
        from.findBoolean(Field.ARGS_CUT).orElse(false));
  }
}
