package org.malassay.score;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.behavior.SystemCall;

/**
 * A log source of Sigma's, made of events, with the fields that a rule can name. The table in the
 * framework's README is this one.
 */
enum LogSource {
  /** A program was started. */
  PROCESS_CREATION("process_creation", "", LogSource::processCreation),
  /** A file was made or emptied, or got this name. */
  FILE_EVENT("file_event", "", LogSource::fileEvent),
  /** A connection was asked for, was seen, or something was asked over one. */
  NETWORK_CONNECTION("network_connection", "", LogSource::networkConnection),
  /** A system call. */
  SYSCALL("syscall", "name", LogSource::syscall),
  /** How often a system call was made, in all. */
  SYSCALL_COUNT("syscall_count", "name", LogSource::syscallCount),
  /** What Linux's audit daemon would have logged. */
  AUDITD("auditd", "type", LogSource::auditd);

  /** The kinds of audit records that can be made of events. */
  static final List<String> AUDIT_TYPES = List.of("EXECVE", "SYSCALL", "PATH");

  /** The type of the second record of a call that exchanges two files: that of the first path. */
  static final String EXCHANGED = "exchanged";

  private static final int MOST_ARGUMENTS = 16;
  private static final int MOST_NAME = 15;

  private final String word;
  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // made once, changed never
  private final Map<String, LogField> fields;

  LogSource(String word, String key, Fill fill) {
    this.word = word;
    this.key = key;
    Map<String, LogField> made = new LinkedHashMap<>();
    fill.fields((name, read) -> made.put(name, new LogField(made.size(), name, read)));
    this.fields = Map.copyOf(made);
  }

  private interface Fill {
    void fields(Put to);
  }

  private interface Put {
    void field(String name, Function<LogRecord, @Nullable String> read);
  }

  /** Category or service in a rule. */
  String word() {
    return word;
  }

  Map<String, LogField> fields() {
    return fields;
  }

  /** The field by which its rules are found: most of them want it to have one of few values. */
  Optional<LogField> key() {
    return Optional.ofNullable(fields.get(key));
  }

  /** Those that have their events from a category or a service. */
  static Optional<LogSource> find(Optional<String> category, Optional<String> service) {
    for (LogSource source : values()) {
      Optional<String> by = source == AUDITD ? service : category;
      Optional<String> other = source == AUDITD ? category : service;
      if (by.filter(source.word::equals).isPresent() && other.isEmpty()) {
        return Optional.of(source);
      }
    }
    return Optional.empty();
  }

  static String words() {
    List<String> words = new ArrayList<>();
    for (LogSource source : values()) {
      words.add((source == AUDITD ? "service " : "category ") + source.word);
    }
    return String.join(", ", words);
  }

  String fieldNames() {
    return fields.keySet().stream().sorted().collect(joining(", "));
  }

  private static void processFields(Put to) {
    to.field("Image", record -> image(record.process()));
    to.field("CommandLine", record -> commandLine(record.process()));
    to.field("ParentImage", record -> image(parent(record)));
    to.field("ParentCommandLine", record -> commandLine(parent(record)));
    to.field("Program", record -> program(record.process()));
    to.field("Shell", record -> isShell(record.process()) ? "true" : null);
    to.field("ProcessId", record -> id(record.process()));
    to.field(
        "ParentProcessId",
        record -> {
          Processes.Running process = record.process();
          return process == null ? null : Integer.toString(process.parent());
        });
  }

  private static void processCreation(Put to) {
    processFields(to);
    to.field("Script", record -> script(record.process()));
    to.field(
        "held", record -> record.processes().held(((ProgramStarted) record.event()).program()));
  }

  private static void fileEvent(Put to) {
    processFields(to);
    to.field("TargetFilename", record -> file((SystemCall) record.event()));
  }

  private static void networkConnection(Put to) {
    processFields(to);
    to.field("Initiated", record -> "true");
    to.field(
        "Protocol", record -> record.event() instanceof Conversation it ? it.transport() : null);
    to.field("DestinationIp", record -> address(peer(record)));
    to.field("DestinationPort", record -> port(peer(record)));
    to.field(
        "DestinationHostname",
        record -> {
          Endpoint peer = peer(record);
          return peer == null ? null : record.processes().name(peer.address());
        });
    to.field("SourceIp", record -> address(own(record)));
    to.field("SourcePort", record -> port(own(record)));
    to.field(
        "spoken",
        record ->
            record.event() instanceof Conversation it
                ? it.protocol().orElse(null)
                : record.event() instanceof Question question ? question.protocol() : null);
    to.field("sent", record -> record.event() instanceof Conversation it ? it.sent() : null);
    to.field(
        "received", record -> record.event() instanceof Conversation it ? it.received() : null);
    to.field(
        "sent_bytes",
        record -> record.event() instanceof Conversation it ? Long.toString(it.sentBytes()) : null);
    to.field(
        "received_bytes",
        record ->
            record.event() instanceof Conversation it ? Long.toString(it.receivedBytes()) : null);
    to.field("asked", record -> record.event() instanceof Question it ? it.asked() : null);
    to.field("answer", record -> record.event() instanceof Question it ? it.answer() : null);
  }

  private static void syscall(Put to) {
    processFields(to);
    to.field("name", record -> call(record).name());
    for (int i = 0; i < 6; i++) {
      int at = i;
      to.field("a" + i, record -> argument(call(record), at));
    }
    to.field("arguments", record -> String.join(", ", call(record).arguments()));
    to.field("ret", record -> Long.toString(call(record).result()));
    to.field("errno", record -> call(record).error().orElse(null));
    to.field("path", record -> call(record).path().orElse(null));
    to.field("target", record -> call(record).target().orElse(null));
    to.field("access", record -> access(call(record)));
    to.field("written", record -> written(record, call(record)));
    to.field("held", record -> call(record).path().map(record.processes()::held).orElse(null));
    to.field("data", record -> data(call(record)));
    to.field("Connected", record -> isConnected(record.process()) ? "true" : null);
    to.field("own_script", record -> isOwnScript(record) ? "true" : null);
    to.field("piped_script", record -> isPipedScript(record) ? "true" : null);
    to.field("signal", record -> signal(call(record)));
    to.field("whom", record -> whom(record, call(record)));
    to.field("DestinationIp", record -> address(call(record).endpoint().orElse(null)));
    to.field("DestinationPort", record -> port(call(record).endpoint().orElse(null)));
    to.field("SourcePort", record -> number(call(record).localPort()));
    to.field("ThreadId", record -> Integer.toString(call(record).thread()));
  }

  private static void syscallCount(Put to) {
    to.field("name", record -> ((CallsCounted) record.event()).name());
    to.field("calls", record -> Long.toString(((CallsCounted) record.event()).calls()));
    to.field("failed", record -> Long.toString(((CallsCounted) record.event()).failed()));
  }

  private static void auditd(Put to) {
    to.field("type", LogRecord::type);
    to.field("SYSCALL", record -> audited(record, SystemCall::name));
    to.field("success", record -> audited(record, it -> it.succeeded() ? "yes" : "no"));
    to.field("exit", record -> audited(record, it -> Long.toString(it.result())));
    to.field("exe", record -> record.type().equals("SYSCALL") ? image(record.process()) : null);
    to.field(
        "comm", record -> record.type().equals("SYSCALL") ? comm(image(record.process())) : null);
    to.field("pid", record -> record.type().equals("SYSCALL") ? id(record.process()) : null);
    to.field(
        "name", record -> record.type().equals("PATH") ? call(record).path().orElse(null) : null);
    to.field("nametype", record -> record.type().equals("PATH") ? nameType(call(record)) : null);
    to.field(
        "argc",
        record ->
            record.event() instanceof ProgramStarted it
                ? Integer.toString(it.arguments().size())
                : null);
    for (int i = 0; i < MOST_ARGUMENTS; i++) {
      int at = i;
      to.field("a" + i, record -> auditedArgument(record, at));
    }
  }

  private static SystemCall call(LogRecord record) {
    return (SystemCall) record.event();
  }

  private static @Nullable String image(Processes.@Nullable Running process) {
    return process == null || process.image().isEmpty() ? null : process.image();
  }

  private static @Nullable String commandLine(Processes.@Nullable Running process) {
    return process == null || process.image().isEmpty() ? null : process.commandLine();
  }

  private static @Nullable String program(Processes.@Nullable Running process) {
    return process == null || process.program().isEmpty() ? null : process.program();
  }

  private static boolean isShell(Processes.@Nullable Running process) {
    return process != null && process.isShell();
  }

  private static boolean isConnected(Processes.@Nullable Running process) {
    return process != null && process.isConnected();
  }

  private static @Nullable String script(Processes.@Nullable Running process) {
    return process == null || process.script().isEmpty() ? null : process.script();
  }

  /** Whether a shell opens the file that it was told to read its commands from. */
  private static boolean isOwnScript(LogRecord record) {
    String script = script(record.process());
    return script != null
        && "read".equals(access(call(record)))
        && call(record)
            .path()
            .filter(path -> path.endsWith("/" + script.substring(script.lastIndexOf('/') + 1)))
            .isPresent();
  }

  /** Whether a shell reads commands that come from a network, by a pipe. */
  private static boolean isPipedScript(LogRecord record) {
    Processes.Running process = record.process();
    String descriptor = argument(call(record), 0);
    return process != null
        && descriptor != null
        && call(record).name().equals("read")
        && process.executesFetched(descriptor);
  }

  private static @Nullable String data(SystemCall call) {
    return switch (call.name()) {
      case "write", "pwrite64" -> WrittenFiles.data(call).word();
      default -> null;
    };
  }

  private static @Nullable String id(Processes.@Nullable Running process) {
    return process == null ? null : Integer.toString(process.id());
  }

  private static Processes.@Nullable Running parent(LogRecord record) {
    Processes.Running process = record.process();
    return process == null ? null : record.processes().find(process.parent());
  }

  private static @Nullable String number(OptionalInt number) {
    return number.isPresent() ? Integer.toString(number.getAsInt()) : null;
  }

  private static @Nullable String address(@Nullable Endpoint end) {
    return end == null ? null : end.address();
  }

  private static @Nullable String port(@Nullable Endpoint end) {
    return end == null ? null : Integer.toString(end.port());
  }

  private static @Nullable Endpoint peer(LogRecord record) {
    return record.event() instanceof Conversation it
        ? it.peer()
        : record.event() instanceof Question question
            ? question.peer()
            : call(record).endpoint().orElse(null);
  }

  private static @Nullable Endpoint own(LogRecord record) {
    return record.event() instanceof Conversation it
        ? it.guest()
        : record.event() instanceof Question question ? question.guest() : null;
  }

  private static @Nullable String argument(SystemCall call, int at) {
    return at < call.arguments().size() ? call.arguments().get(at) : null;
  }

  /** The flags of a call that opens a file; null for any other. */
  static @Nullable String flags(SystemCall call) {
    return call.openFlags().orElse(null);
  }

  private static @Nullable String access(SystemCall call) {
    String flags = flags(call);
    if (flags == null) {
      return null;
    }
    return flags.contains("O_WRONLY")
            || flags.contains("O_RDWR")
            || flags.contains("O_CREAT")
            || flags.contains("O_TRUNC")
        ? "write"
        : "read";
  }

  private static @Nullable String signal(SystemCall call) {
    return switch (call.name()) {
      case "kill", "tkill", "rt_sigqueueinfo", "pidfd_send_signal" -> argument(call, 1);
      case "tgkill", "rt_tgsigqueueinfo" -> argument(call, 2);
      default -> null;
    };
  }

  private static @Nullable String whom(LogRecord record, SystemCall call) {
    String target =
        switch (call.name()) {
          case "kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo" ->
              argument(call, 0);
          default -> null;
        };
    try {
      if (target == null) {
        return null;
      }
      int id = Integer.parseInt(target);
      boolean isOwnThread = call.name().equals("tkill") && id == call.thread(); // as raise(3) does
      return record.processes().whom(call.process(), isOwnThread ? call.process() : id);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The path that a call makes, empties or gives to a file; null when it does none of these. */
  static @Nullable String file(SystemCall call) {
    return switch (call.name()) {
      case "open", "openat", "openat2", "creat" -> {
        String flags = flags(call);
        yield flags != null && (flags.contains("O_CREAT") || flags.contains("O_TRUNC"))
            ? call.path().orElse(null)
            : null;
      }
      case "rename", "renameat", "renameat2", "link", "linkat" -> call.target().orElse(null);
      case "symlink", "symlinkat", "mknod", "mknodat" -> call.path().orElse(null);
      default -> null;
    };
  }

  /** The path that has, or may get, other contents by a call; null when none does. */
  private static @Nullable String written(LogRecord record, SystemCall call) {
    return switch (call.name()) {
      case "open", "openat", "openat2", "creat" ->
          "write".equals(access(call)) ? call.path().orElse(null) : null;
      case "mount" -> call.path().orElse(null);
      case "move_mount" -> call.target().orElse(null);
      default -> record.type().equals(EXCHANGED) ? call.path().orElse(null) : file(call);
    };
  }

  /** True when both files get the name of the other. */
  static boolean isExchange(SystemCall call) {
    String flags = call.name().equals("renameat2") ? argument(call, 4) : null;
    return flags != null && flags.contains("RENAME_EXCHANGE");
  }

  private static @Nullable String audited(LogRecord record, Function<SystemCall, String> of) {
    return record.type().equals("SYSCALL") ? of.apply(call(record)) : null;
  }

  /** A program's argument as text, a call's as the hexadecimal number that it is. */
  private static @Nullable String auditedArgument(LogRecord record, int at) {
    if (record.event() instanceof ProgramStarted started) {
      return at < started.arguments().size() ? started.arguments().get(at) : null;
    }
    String word = record.type().equals("SYSCALL") && at < 4 ? argument(call(record), at) : null;
    if (word == null) {
      return null;
    }
    try {
      return Long.toHexString(Long.decode(word));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable String comm(@Nullable String image) {
    if (image == null) {
      return null;
    }
    String name = image.substring(image.lastIndexOf('/') + 1);
    return name.substring(0, Math.min(MOST_NAME, name.length()));
  }

  /** A call that changes or executes what lies there, as a watch of auditd by {@code -p wax}. */
  static boolean isWatched(SystemCall call) {
    return switch (call.name()) {
      case "open", "openat", "openat2", "creat" -> "write".equals(access(call));
      case "execve", "execveat" -> true;
      case "chmod", "fchmod", "fchmodat", "fchmodat2" -> true;
      case "chown", "fchown", "lchown", "fchownat", "chown32", "fchown32", "lchown32" -> true;
      case "setxattr", "lsetxattr", "fsetxattr", "utimensat", "utimensat_time64" -> true;
      case "truncate", "truncate64", "ftruncate", "ftruncate64" -> true;
      case "mkdir", "mkdirat", "mknod", "mknodat", "symlink", "symlinkat", "link", "linkat" -> true;
      case "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mount" -> true;
      default -> false;
    };
  }

  private static String nameType(SystemCall call) {
    return switch (call.name()) {
      case "unlink", "unlinkat", "rmdir" -> "DELETE";
      case "mkdir", "mkdirat", "mknod", "mknodat", "symlink", "symlinkat" -> "CREATE";
      default -> {
        String flags = flags(call);
        yield flags != null && flags.contains("O_CREAT") ? "CREATE" : "NORMAL";
      }
    };
  }

  /** Whose event it is, as far as it says. */
  static OptionalInt process(org.malassay.behavior.Event event) {
    if (event instanceof SystemCall it) {
      return OptionalInt.of(it.process());
    }
    if (event instanceof ProgramStarted it) {
      return OptionalInt.of(it.process());
    }
    if (event instanceof ProcessBegun it) {
      return OptionalInt.of(it.process());
    }
    if (event instanceof Conversation it) {
      return it.process();
    }
    return event instanceof Question it ? it.process() : OptionalInt.empty();
  }
}
