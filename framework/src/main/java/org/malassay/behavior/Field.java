package org.malassay.behavior;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a record in {@code behavior.jsonl.gz}, in the order in which they are written, so
 * that those of one object stand together. Names are those of the Elastic Common Schema (8.17)
 * where it has one; what it has no name for stands below {@code malassay}.
 */
enum Field {
  TIMESTAMP("@timestamp"),
  ECS_VERSION("ecs.version"),
  EVENT_KIND("event.kind"),
  CATEGORY("event.category"),
  TYPE("event.type"),
  OUTCOME("event.outcome"),
  DURATION("event.duration"),
  PROCESS("process.pid"),
  THREAD("process.thread.id"),
  PARENT("process.parent.pid"),
  EXECUTABLE("process.executable"),
  NAME("process.name"),
  COMMAND_LINE("process.command_line"),
  ARGS("process.args"),
  EXIT_CODE("process.exit_code"),
  PATH("file.path"),
  FILE_SIZE("file.size"),
  SHA256("file.hash.sha256"),
  SOURCE_ADDRESS("source.ip"),
  SOURCE_PORT("source.port"),
  SOURCE_BYTES("source.bytes"),
  DESTINATION_ADDRESS("destination.ip"),
  DESTINATION_PORT("destination.port"),
  DESTINATION_BYTES("destination.bytes"),
  TRANSPORT("network.transport"),
  PROTOCOL("network.protocol"),
  DNS_NAME("dns.question.name"),
  DNS_TYPE("dns.question.type"),
  URL("url.full"),
  STATUS("http.response.status_code"),
  KIND("malassay.event"),
  AT("malassay.at"),
  ORIGIN("malassay.origin"),
  FORGEABLE("malassay.forgeable"),
  CALL("malassay.call.name"),
  CALL_ARGUMENTS("malassay.call.arguments"),
  CALL_RESULT("malassay.call.result"),
  CALL_ERROR("malassay.call.error"),
  CALL_COUNT("malassay.call.count"),
  CALL_FAILED("malassay.call.failed"),
  /**
   * Of a call; in logs of an earlier version where the schema has the target of a symbolic link.
   */
  TARGET_PATH("malassay.target_path", "file.target_path"),
  ARGS_CUT("malassay.args_cut"),
  SIGNAL("malassay.signal"),
  FILE_KEPT("malassay.file_kept"),
  FILE_TYPE("malassay.file_type"),
  SENT("malassay.sent"),
  RECEIVED("malassay.received"),
  ASKED("malassay.asked"),
  ANSWER("malassay.answer"),
  EVIDENCE("malassay.evidence"),
  CPU("malassay.usage.cpu"),
  MEMORY("malassay.usage.memory"),
  MEMORY_PEAK("malassay.usage.memory_peak"),
  PROCESSES("malassay.usage.processes"),
  PACKETS_SENT("malassay.usage.packets_sent"),
  PACKETS_RECEIVED("malassay.usage.packets_received"),
  INTACT("malassay.intact"),
  FAILURE("malassay.failure");

  /** Fields that follow from others; they are written for other readers of the file. */
  private static final Set<Field> DERIVED =
      EnumSet.of(
          TIMESTAMP,
          ECS_VERSION,
          EVENT_KIND,
          CATEGORY,
          TYPE,
          OUTCOME,
          NAME,
          COMMAND_LINE,
          DNS_NAME,
          DNS_TYPE,
          URL);

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> path;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Optional<List<String>> formerPath;

  Field(String name) {
    this.path = path(name);
    this.formerPath = Optional.empty();
  }

  Field(String name, String formerName) {
    this.path = path(name);
    this.formerPath = Optional.of(path(formerName));
  }

  private static List<String> path(String name) {
    return List.of(name.split("\\."));
  }

  /** True when it need not be read. */
  boolean isDerived() {
    return DERIVED.contains(this);
  }

  /** The names of the objects that it lies in, outermost first, and its own. */
  List<String> path() {
    return path;
  }

  /** The same in logs of an earlier version. */
  Optional<List<String>> formerPath() {
    return formerPath;
  }
}
