package org.malassay.reports.interop;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A {@code report.json} in the shape of CAPE's (lib/cuckoo of kevoreilly/CAPEv2) and of Cuckoo's,
 * with the keys that its readers look for; names of several words have underscores between them.
 * All is written, the empty lists too: readers look them up.
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record Cape(
    Info info,
    OptionalDouble malscore,
    String malstatus,
    Target target,
    Behavior behavior,
    Network network,
    List<Dropped> dropped,
    List<Signature> signatures,
    List<Ttp> ttps,
    Debug debug) {

  /**
   * @param duration in seconds
   * @param score from 0 to 10; null where nobody observed one
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Info(
      String version,
      String id,
      String category,
      String started,
      String ended,
      long duration,
      OptionalDouble score,
      boolean timeout,
      @JsonProperty("package") String kind,
      Machine machine) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Machine(
      String name,
      String label,
      String platform,
      String manager,
      String startedOn,
      String shutdownOn) {}

  record Target(String category, TargetFile file) {}

  record TargetFile(String name, long size, String md5, String sha256, String type) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Behavior(
      List<ProcessRow> processes, List<Node> processtree, Summary summary, List<String> enhanced) {}

  /** A process without its calls. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ProcessRow(
      int processId,
      String processName,
      int parentId,
      String modulePath,
      String commandLine,
      String firstSeen,
      List<String> calls,
      List<String> threads,
      Map<String, String> environ) {}

  /** The same in the tree: with the keys of CAPE, and those of Cuckoo. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Node(
      String name,
      int pid,
      int parentId,
      String modulePath,
      List<Node> children,
      List<String> threads,
      Map<String, String> environ,
      String processName,
      int ppid,
      String commandLine,
      String firstSeen) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Summary(
      List<String> files,
      List<String> writeFiles,
      List<String> deleteFiles,
      List<String> executedCommands,
      List<String> mutexes,
      List<String> keys) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Network(
      List<Host> hosts,
      List<Domain> domains,
      List<Dns> dns,
      List<Http> http,
      List<Flow> tcp,
      List<Flow> udp,
      List<Flow> icmp) {}

  record Host(String ip) {}

  /** Its address is the simulated Internet's, and so none. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Domain(String domain, String ip) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Dns(String request, String type, List<String> answers) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Http(
      int count,
      String host,
      int port,
      String uri,
      String path,
      @JsonProperty("user-agent") String userAgent,
      String method,
      String body,
      String version) {}

  /**
   * @param time in seconds since the sample's start
   */
  record Flow(String src, int sport, String dst, int dport, double time) {}

  /**
   * @param name the first digits of the digest and the name, as CAPE's
   * @param path in the evidence of the run
   * @param filepath in the guest
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Dropped(
      String name,
      String path,
      String filepath,
      List<String> guestPaths,
      long size,
      Optional<String> sha256,
      String type,
      List<Integer> pids) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Signature(
      String name,
      String description,
      int severity,
      int weight,
      int confidence,
      List<String> categories,
      List<String> families,
      List<String> references,
      Map<String, Tactic> ttp,
      List<Mark> marks,
      boolean alert) {}

  /** Of a technique: its name, and where it is described. */
  record Tactic(@JsonProperty("short") String name, @JsonProperty("long") String url) {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Mark(String type, OptionalInt pid, String program, String outcome, long count) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Ttp(String signature, List<String> ttps, List<String> mbcs) {}

  /** What was not observed, so that nothing seen is not taken for nothing done. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Debug(List<String> log, List<String> errors) {}
}
