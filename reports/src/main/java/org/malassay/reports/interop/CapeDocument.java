package org.malassay.reports.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.malassay.behavior.Behavior.Change;
import org.malassay.behavior.Behavior.FileChanges;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.FileKept;
import org.malassay.behavior.ProcessLife;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.reports.interop.Cape.Debug;
import org.malassay.reports.interop.Cape.Dns;
import org.malassay.reports.interop.Cape.Domain;
import org.malassay.reports.interop.Cape.Dropped;
import org.malassay.reports.interop.Cape.Flow;
import org.malassay.reports.interop.Cape.Host;
import org.malassay.reports.interop.Cape.Http;
import org.malassay.reports.interop.Cape.Info;
import org.malassay.reports.interop.Cape.Machine;
import org.malassay.reports.interop.Cape.Mark;
import org.malassay.reports.interop.Cape.Network;
import org.malassay.reports.interop.Cape.Node;
import org.malassay.reports.interop.Cape.ProcessRow;
import org.malassay.reports.interop.Cape.Signature;
import org.malassay.reports.interop.Cape.Summary;
import org.malassay.reports.interop.Cape.Tactic;
import org.malassay.reports.interop.Cape.Target;
import org.malassay.reports.interop.Cape.TargetFile;
import org.malassay.reports.interop.Cape.Ttp;
import org.malassay.reports.interop.Contacts.Fetched;
import org.malassay.reports.interop.Contacts.Peer;
import org.malassay.reports.writing.Printable;
import org.malassay.run.Result;
import org.malassay.run.RunHeader;
import org.malassay.score.Hit;

/** A row in the shape of CAPE's report. Bounded. */
final class CapeDocument {
  private static final int LONGEST = 1000;
  private static final int MOST = 1000;

  /** Of a digest, before the name of a file: as CAPE has it. */
  private static final int DIGITS = 8;

  private static final double MILLIS = 1000;
  private static final int PERCENT = 100;

  private final RunHeader header;
  private final Techniques techniques;
  private final Observed observed;
  private final Result row;
  private final List<ProcessRow> processes = new ArrayList<>();
  private final Set<String> commands = new LinkedHashSet<>();

  private CapeDocument(RunHeader header, Techniques techniques, Observed observed) {
    this.header = header;
    this.techniques = techniques;
    this.observed = observed;
    this.row = observed.result();
  }

  static Cape of(RunHeader header, Techniques techniques, Observed observed) {
    return new CapeDocument(header, techniques, observed).document();
  }

  private Cape document() {
    List<Signature> signatures = Techniques.hits(row).map(this::signature).toList();
    return new Cape(
        info(),
        row.impactScore(),
        capital(observed.conclusion()),
        new Target(
            "file",
            new TargetFile(
                text(row.sampleName()),
                row.size(),
                row.md5(),
                row.sha256(),
                text(row.facts().inWords()))),
        behavior(),
        network(),
        observed.behavior().kept().stream()
            .filter(file -> !Observed.isAnswer(List.of(observed), file.size()))
            .limit(MOST)
            .map(CapeDocument::dropped)
            .toList(),
        signatures,
        signatures.stream()
            .filter(signature -> !signature.ttp().isEmpty())
            .map(
                signature ->
                    new Ttp(signature.name(), List.copyOf(signature.ttp().keySet()), List.of()))
            .toList(),
        new Debug(List.of(), observed.limits().stream().map(CapeDocument::text).toList()));
  }

  private static String text(String hostile) {
    return Printable.bounded(hostile, LONGEST);
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private Info info() {
    String started = Json.time(observed.started());
    String ended = Json.time(row.finished());
    String environment = text(row.environment());
    return new Info(
        "malassay " + text(header.last().versions().getOrDefault("malassay", "")),
        text(header.id()),
        "file",
        started,
        ended,
        Duration.ofMillis(row.durationMs().orElse(0)).toSeconds(),
        row.impactScore(),
        row.timedOut(),
        "elf",
        new Machine(environment, environment, "linux", "malassay", started, ended));
  }

  private Cape.Behavior behavior() {
    List<Node> tree = new ArrayList<>();
    for (ProcessLife root : observed.behavior().roots()) {
      node(root, 0).ifPresent(tree::add);
    }
    return new Cape.Behavior(List.copyOf(processes), tree, summary(), List.of());
  }

  /** A process and those below it, as long as there is room. */
  private Optional<Node> node(ProcessLife life, int parent) {
    if (processes.size() >= MOST) {
      return Optional.empty();
    }
    life.programs().stream()
        .limit(MOST)
        .map(program -> command(program))
        .filter(command -> commands.size() < MOST)
        .forEach(commands::add);
    Optional<ProgramStarted> program = life.programs().stream().reduce((one, last) -> last);
    String path = program.map(it -> text(it.program())).orElse("");
    String name = path.substring(path.lastIndexOf('/') + 1);
    String command = program.map(CapeDocument::command).orElse("");
    String begun = Json.time(observed.time(life.begun()));
    processes.add(
        new ProcessRow(
            life.process(), name, parent, path, command, begun, List.of(), List.of(), Map.of()));
    List<Node> children = new ArrayList<>();
    for (ProcessLife child : life.children()) {
      node(child, life.process()).ifPresent(children::add);
    }
    return Optional.of(
        new Node(
            name,
            life.process(),
            parent,
            path,
            children,
            List.of(),
            Map.of(),
            name,
            parent,
            command,
            begun));
  }

  private static String command(ProgramStarted program) {
    return text(
        program.arguments().isEmpty() ? program.program() : String.join(" ", program.arguments()));
  }

  private Summary summary() {
    return new Summary(
        paths(Set.of(Change.values())),
        paths(Set.of(Change.CREATED, Change.WRITTEN, Change.RENAMED)),
        paths(Set.of(Change.DELETED)),
        List.copyOf(commands),
        List.of(),
        List.of());
  }

  private List<String> paths(Set<Change> any) {
    return observed.behavior().files().stream()
        .filter(file -> file.changes().stream().anyMatch(any::contains))
        .map(FileChanges::path)
        .map(CapeDocument::text)
        .distinct()
        .limit(MOST)
        .toList();
  }

  private Network network() {
    Contacts contacts = observed.contacts();
    return new Network(
        contacts.peers().stream()
            .filter(peer -> !peer.isName())
            .map(Peer::host)
            .distinct()
            .map(Host::new)
            .toList(),
        contacts.names().stream().map(name -> new Domain(name, "")).toList(),
        dns(),
        contacts.pages().stream().map(CapeDocument::http).toList(),
        flows("tcp"),
        flows("udp"),
        flows("icmp"));
  }

  /** Without answers: they are the simulated Internet's. */
  private List<Dns> dns() {
    return observed.behavior().questions().stream()
        .flatMap(CapeDocument::dns)
        .distinct()
        .limit(MOST)
        .toList();
  }

  private static Stream<Dns> dns(Question question) {
    String type = question.asked().split(" ", 2)[0];
    return Names.ofDns(question).stream().map(name -> new Dns(name, text(type), List.of()));
  }

  private static Http http(Fetched page) {
    String after = page.url().substring("http://".length());
    int slash = after.indexOf('/');
    return new Http(
        1,
        page.host(),
        page.port(),
        page.url(),
        slash < 0 ? "/" : after.substring(slash),
        text(page.userAgent()),
        page.method(),
        "",
        "");
  }

  /** Where what was spoken to is a name, it has no address that is one: it stands among those. */
  private List<Flow> flows(String transport) {
    return observed.contacts().peers().stream()
        .filter(peer -> !peer.isName() && peer.transport().equals(transport))
        .map(
            peer ->
                new Flow(
                    peer.guest().map(Endpoint::address).orElse(""),
                    peer.guest().map(Endpoint::port).orElse(0),
                    peer.host(),
                    peer.port(),
                    peer.first().toMillis() / MILLIS))
        .toList();
  }

  /** A file of which only the beginning was kept has no digest: the one of that is no file's. */
  private static Dropped dropped(FileKept file) {
    String path = text(file.path());
    String name = path.substring(path.lastIndexOf('/') + 1);
    Optional<String> sha256 = Optional.of(text(file.sha256())).filter(it -> Observed.isWhole(file));
    return new Dropped(
        sha256.map(it -> it.substring(0, Math.min(DIGITS, it.length())) + "_" + name).orElse(name),
        text(file.evidence()),
        path,
        List.of(path),
        file.size(),
        sha256,
        text(file.type()),
        List.of());
  }

  private Signature signature(Hit hit) {
    Map<String, Tactic> ttp = new LinkedHashMap<>();
    Techniques.of(hit)
        .forEach(id -> ttp.put(id, new Tactic(techniques.name(id).orElse(id), Techniques.url(id))));
    return new Signature(
        text(hit.rule()),
        text(hit.title()) + hit.author().map(author -> " (by " + text(author) + ")").orElse(""),
        Math.max(1, Math.min(3, hit.level().severity())),
        1,
        hit.forgeable() ? PERCENT / 2 : PERCENT,
        hit.dimensions().stream().map(dimension -> dimension.word()).toList(),
        List.of(),
        List.of(),
        ttp,
        List.of(
            new Mark(
                "generic",
                hit.process(),
                text(hit.program()),
                hit.succeeded() ? "done" : "tried",
                hit.count())),
        hit.level().grave());
  }
}
