package org.malassay.reports.interop;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.behavior.FileKept;
import org.malassay.behavior.ProcessLife;
import org.malassay.behavior.ProgramStarted;
import org.malassay.reports.interop.Contacts.Fetched;
import org.malassay.reports.interop.Contacts.Peer;
import org.malassay.reports.interop.StixObjects.Analysis;
import org.malassay.reports.interop.StixObjects.AttackPattern;
import org.malassay.reports.interop.StixObjects.Bundle;
import org.malassay.reports.interop.StixObjects.Directory;
import org.malassay.reports.interop.StixObjects.Head;
import org.malassay.reports.interop.StixObjects.Identity;
import org.malassay.reports.interop.StixObjects.Indicator;
import org.malassay.reports.interop.StixObjects.Made;
import org.malassay.reports.interop.StixObjects.Malware;
import org.malassay.reports.interop.StixObjects.Note;
import org.malassay.reports.interop.StixObjects.ObservedData;
import org.malassay.reports.interop.StixObjects.Reference;
import org.malassay.reports.interop.StixObjects.Relationship;
import org.malassay.reports.interop.StixObjects.Software;
import org.malassay.reports.interop.StixObjects.StixFile;
import org.malassay.reports.interop.StixObjects.StixObject;
import org.malassay.reports.interop.StixObjects.StixProcess;
import org.malassay.reports.interop.StixObjects.Traffic;
import org.malassay.reports.interop.StixObjects.Value;
import org.malassay.reports.writing.Printable;
import org.malassay.run.Result;
import org.malassay.run.RunHeader;

/** What a run found out about one sample, as objects of STIX 2.1. Bounded. */
final class StixBundle {
  private static final int LONGEST = 1000;
  private static final int MOST_PROCESSES = 100;
  private static final int MOST_FILES = 200;

  /** Objects that are the same in every run have the time of ATT&amp;CK's version 19. */
  private static final Instant ALWAYS = Instant.parse("2026-04-28T00:00:00Z");

  private final RunHeader header;
  private final Tlp tlp;
  private final Techniques techniques;
  private final List<Observed> observed;
  private final List<Result> rows;
  private final String sha256;
  private final Identity identity;
  private final Made made;

  /** By their identifiers: none is written twice. */
  private final Map<String, StixObject> objects = new LinkedHashMap<>();

  private StixBundle(RunHeader header, Tlp tlp, Techniques techniques, List<Observed> observed) {
    this.header = header;
    this.tlp = tlp;
    this.techniques = techniques;
    this.observed = observed;
    this.rows = observed.stream().map(Observed::result).toList();
    this.sha256 = rows.get(0).sha256();
    String own = StixIds.own("identity", "Malassay");
    this.identity =
        new Identity(
            new Head("identity", "2.1", own, List.of()),
            made(own, ALWAYS),
            "Malassay",
            "What IoT malware does to the places it lands in, measured.",
            "system");
    this.made = made(own, header.started());
  }

  /**
   * The bundle of a sample.
   *
   * @param observed its rows; one at least
   */
  static Bundle of(RunHeader header, Tlp tlp, Techniques techniques, List<Observed> observed) {
    return new StixBundle(header, tlp, techniques, observed).bundle();
  }

  private Bundle bundle() {
    put(identity);
    put(tlp.marking());
    StixFile file = put(sample());
    Optional<Malware> malware =
        Observed.isMalware(rows) ? Optional.of(put(malware(file))) : Optional.empty();
    malware.ifPresent(
        it ->
            indicate(
                it, "hash", "malicious-activity", "file:hashes.'SHA-256'", rows.get(0).sha256()));
    for (Observed row : observed) {
      analysis(row, file, malware);
    }
    return new Bundle(
        "bundle", StixIds.own("bundle", header.id(), sha256), List.copyOf(objects.values()));
  }

  private static Made made(String by, Instant at) {
    return new Made(by, Json.time(at), Json.time(at));
  }

  private <T extends StixObject> T put(T object) {
    objects.putIfAbsent(object.head().id(), object);
    return object;
  }

  private Head head(String type, String id) {
    return new Head(type, "2.1", id, List.of(tlp.id()));
  }

  /** The head of what this run says of this sample. */
  private Head own(String type, String... parts) {
    return head(type, StixIds.own(type, header.id(), sha256, String.join("\n", parts)));
  }

  private Head observable(String type, Map<String, ?> contributing) {
    return head(type, StixIds.observable(type, contributing));
  }

  private static String text(String hostile) {
    return Printable.bounded(hostile, LONGEST);
  }

  private StixFile sample() {
    Result row = rows.get(0);
    Map<String, String> hashes = new TreeMap<>();
    hashes.put("MD5", row.md5());
    hashes.put("SHA-256", sha256);
    return file(hashes, OptionalLong.of(row.size()), row.sampleName());
  }

  /** One digest alone is part of the identifier: the first of MD5, SHA-1, SHA-256, SHA-512. */
  private StixFile file(Map<String, String> hashes, OptionalLong size, String hostilePath) {
    String path = text(hostilePath);
    int slash = path.lastIndexOf('/');
    boolean isPath = slash >= 0 && slash + 1 < path.length();
    String name = isPath ? path.substring(slash + 1) : path;
    Optional<String> folder =
        isPath ? Optional.of(folder(path.substring(0, Math.max(1, slash)))) : Optional.empty();
    Map<String, Object> contributing = new TreeMap<>();
    Stream.of("MD5", "SHA-256")
        .filter(hashes::containsKey)
        .findFirst()
        .ifPresent(kind -> contributing.put("hashes", Map.of(kind, hashes.get(kind))));
    contributing.put("name", name);
    folder.ifPresent(ref -> contributing.put("parent_directory_ref", ref));
    return new StixFile(observable("file", contributing), hashes, size, name, folder);
  }

  private String folder(String path) {
    return put(new Directory(observable("directory", Map.of("path", path)), path)).head().id();
  }

  private Malware malware(StixFile file) {
    return new Malware(
        own("malware"),
        made,
        text(Observed.family(rows).orElseGet(() -> rows.get(0).sampleName())),
        rows.stream()
            .map(row -> "In %s: %s".formatted(text(row.environment()), Observed.inWords(row)))
            .collect(Collectors.joining("\n")),
        List.of(
            rows.stream()
                .flatMap(row -> row.label().category().stream())
                .findFirst()
                .map(category -> text(category.toLowerCase(Locale.ROOT)))
                .orElse("unknown")),
        false,
        rows.get(0).facts().architecture().startsWith("arm") ? List.of("arm") : List.of(),
        List.of(file.head().id()));
  }

  private void analysis(Observed row, StixFile file, Optional<Malware> malware) {
    Result result = row.result();
    String environment = text(result.environment());
    Set<String> seen = new LinkedHashSet<>();
    List<StixFile> dropped = dropped(row, seen);
    contacted(row, seen);
    processes(row, seen);
    String name = "Malassay environment " + environment;
    Software software = put(new Software(observable("software", Map.of("name", name)), name));
    Analysis analysis =
        put(
            new Analysis(
                own("malware-analysis", environment),
                made,
                "malassay",
                text(header.last().versions().getOrDefault("malassay", "")),
                software.head().id(),
                result.impact().map(impact -> text(impact.rules())).orElse(""),
                Json.time(row.started()),
                Json.time(result.finished()),
                Observed.inWords(result),
                row.conclusion(),
                List.copyOf(seen),
                file.head().id()));
    String subject = malware.map(it -> it.head().id()).orElse(analysis.head().id());
    malware.ifPresent(it -> relate(analysis.head().id(), "dynamic-analysis-of", it.head().id()));
    Set<String> refs = new LinkedHashSet<>(List.of(file.head().id()));
    refs.addAll(seen);
    ObservedData data =
        put(
            new ObservedData(
                own("observed-data", environment),
                made,
                Json.time(row.started()),
                Json.time(result.finished()),
                1,
                List.copyOf(refs)));
    relate(data.head().id(), "related-to", analysis.head().id());
    put(
        new Note(
            own("note", environment),
            made,
            "How well it was observed in " + environment,
            Stream.concat(row.limits().stream(), row.hits().stream().map(hit -> "rule: " + hit))
                .map(StixBundle::text)
                .collect(Collectors.joining("\n")),
            List.of(analysis.head().id())));
    boolean isMalware = malware.isPresent();
    techniques(result, subject, isMalware ? "uses" : "related-to");
    dropped.forEach(it -> drops(subject, it, isMalware));
    seen.stream()
        .filter(id -> id.matches("(?:ipv4-addr|ipv6-addr|domain-name|url)--.*"))
        .forEach(id -> relate(subject, isMalware ? "communicates-with" : "related-to", id));
    malware.ifPresent(it -> indicators(row, it, data));
  }

  private void drops(String subject, StixFile file, boolean isMalware) {
    boolean isAnswer = Observed.isAnswer(observed, file.size().orElseThrow());
    relate(
        subject,
        isMalware && !isAnswer ? "drops" : "related-to",
        isAnswer ? Observed.ANSWER : "",
        file.head().id());
  }

  private void relate(String from, String how, String to) {
    relate(from, how, "", to);
  }

  private void relate(String from, String how, String description, String to) {
    put(new Relationship(own("relationship", from, how, to), made, how, description, from, to));
  }

  private void techniques(Result result, String subject, String how) {
    for (String id : Techniques.of(List.of(result))) {
      AttackPattern pattern =
          put(
              new AttackPattern(
                  head("attack-pattern", StixIds.own("attack-pattern", id)),
                  made(identity.head().id(), ALWAYS),
                  techniques.name(id).orElse(id),
                  List.of(new Reference("mitre-attack", id, Techniques.url(id)))));
      relate(subject, how, pattern.head().id());
    }
  }

  /** A file of which only the beginning was kept has no digest: the one of that is no file's. */
  private List<StixFile> dropped(Observed row, Set<String> seen) {
    List<StixFile> dropped = new ArrayList<>();
    for (FileKept kept : row.behavior().kept().stream().limit(MOST_FILES).toList()) {
      StixFile file =
          put(
              file(
                  Observed.isWhole(kept) ? Map.of("SHA-256", text(kept.sha256())) : Map.of(),
                  OptionalLong.of(kept.size()),
                  kept.path()));
      if (seen.add(file.head().id())) {
        dropped.add(file);
      }
    }
    return dropped;
  }

  private Value value(String type, String value) {
    return put(new Value(observable(type, Map.of("value", value)), value));
  }

  private static String addressType(String address) {
    return Addresses.isIpv6(address) ? "ipv6-addr" : "ipv4-addr";
  }

  private void contacted(Observed row, Set<String> seen) {
    for (String name : row.contacts().names()) {
      seen.add(value("domain-name", name).head().id());
    }
    for (Fetched page : row.contacts().pages()) {
      seen.add(value("url", page.url()).head().id());
    }
    for (Peer peer : row.contacts().peers()) {
      String end =
          value(peer.isName() ? "domain-name" : addressType(peer.host()), peer.host()).head().id();
      seen.add(end);
      if (!peer.transport().isEmpty()) {
        seen.add(put(traffic(row, peer, end)).head().id());
      }
    }
  }

  /** The guest's own end is in a network that is nobody's, and left out. */
  private Traffic traffic(Observed row, Peer peer, String end) {
    List<String> protocols = new ArrayList<>();
    if (!peer.isName()) {
      protocols.add(Addresses.isIpv6(peer.host()) ? "ipv6" : "ipv4");
    }
    protocols.add(peer.transport());
    peer.protocol().filter(it -> !it.equals(peer.transport())).ifPresent(protocols::add);
    String first = Json.time(row.time(peer.first()));
    String last = Json.time(row.time(peer.last()));
    return new Traffic(
        observable(
            "network-traffic",
            Map.of(
                "start", first,
                "end", last,
                "dst_ref", end,
                "dst_port", peer.port(),
                "protocols", protocols)),
        first,
        last,
        end,
        peer.port(),
        protocols,
        peer.sentBytes(),
        peer.receivedBytes());
  }

  private void processes(Observed row, Set<String> seen) {
    int number = 0;
    for (ProcessLife root : row.behavior().roots()) {
      number = process(row, root, Optional.empty(), number, seen);
    }
  }

  private String processId(Observed row, int number) {
    return own("process", text(row.result().environment()), String.valueOf(number)).id();
  }

  /**
   * Writes a process and those below it, as long as there is room.
   *
   * @param number of the process, by which it is known in the row
   * @return the number of the next one
   */
  private int process(
      Observed row, ProcessLife life, Optional<String> parent, int number, Set<String> seen) {
    if (number >= MOST_PROCESSES) {
      return number;
    }
    String id = processId(row, number);
    seen.add(id);
    int next = number + 1;
    List<String> children = new ArrayList<>();
    for (ProcessLife child : life.children()) {
      if (next < MOST_PROCESSES) {
        children.add(processId(row, next));
      }
      next = process(row, child, Optional.of(id), next, seen);
    }
    Optional<ProgramStarted> program = life.programs().stream().reduce((one, last) -> last);
    Optional<String> image =
        program
            .map(ProgramStarted::program)
            .filter(path -> !path.isEmpty()) // a file needs a name or a digest
            .map(path -> put(file(Map.of(), OptionalLong.empty(), path)).head().id());
    image.ifPresent(seen::add);
    put(
        new StixProcess(
            head("process", id),
            life.process(),
            Json.time(row.time(life.begun())),
            program.map(it -> text(String.join(" ", it.arguments()))).filter(it -> !it.isEmpty()),
            image,
            parent,
            children));
    return next;
  }

  private void indicators(Observed row, Malware malware, ObservedData data) {
    for (String name : row.contacts().names()) {
      basedOn(data, indicate(malware, "name", "anomalous-activity", "domain-name:value", name));
    }
    for (Fetched page : row.contacts().pages()) {
      basedOn(data, indicate(malware, "page", "anomalous-activity", "url:value", page.url()));
    }
    for (Peer peer : row.contacts().peers()) {
      if (!peer.isName() && peer.isTelling()) {
        basedOn(
            data,
            indicate(
                malware,
                "address",
                "anomalous-activity",
                addressType(peer.host()) + ":value",
                peer.host()));
      }
    }
    for (FileKept kept : row.behavior().kept().stream().limit(MOST_FILES).toList()) {
      if (Observed.isTelling(observed, kept)) {
        basedOn(
            data,
            indicate(
                malware,
                "dropped program",
                "malicious-activity",
                "file:hashes.'SHA-256'",
                text(kept.sha256())));
      }
    }
  }

  private void basedOn(ObservedData data, Indicator indicator) {
    relate(indicator.head().id(), "based-on", data.head().id());
  }

  private Indicator indicate(
      Malware malware, String what, String type, String property, String value) {
    String pattern =
        "[%s = '%s']".formatted(property, value.replace("\\", "\\\\").replace("'", "\\'"));
    Indicator indicator =
        put(
            new Indicator(
                own("indicator", pattern),
                made,
                text("%s of %s".formatted(what, malware.name())),
                List.of(type),
                pattern,
                "stix",
                "2.1",
                made.created()));
    relate(indicator.head().id(), "indicates", malware.head().id());
    return indicator;
  }
}
