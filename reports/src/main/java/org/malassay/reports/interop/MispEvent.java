package org.malassay.reports.interop;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.malassay.behavior.FileKept;
import org.malassay.reports.interop.Contacts.Fetched;
import org.malassay.reports.interop.Contacts.Peer;
import org.malassay.reports.interop.Misp.Attribute;
import org.malassay.reports.interop.Misp.Event;
import org.malassay.reports.interop.Misp.MispObject;
import org.malassay.reports.interop.Misp.Organisation;
import org.malassay.reports.interop.Misp.Tag;
import org.malassay.reports.writing.Printable;
import org.malassay.reports.writing.Wording;
import org.malassay.run.Result;
import org.malassay.run.RunHeader;
import org.malassay.score.Band;

/** What a run found out about one sample, as an event of MISP. Bounded. */
final class MispEvent {
  private static final int LONGEST = 1000;
  private static final int MOST_FILES = 200;

  /** Your organisation only. */
  private static final String OWN_ORGANISATION = "0";

  /** An attribute's: that of its event. */
  private static final String AS_THE_EVENT = "5";

  /** Of the template {@code file} of misp-objects. */
  private static final String FILE_TEMPLATE = "688c46fb-5edb-40a3-8273-1af7923e2215";

  private static final String FILE_TEMPLATE_VERSION = "23";

  private static final String NETWORK = "Network activity";
  private static final String DELIVERED = "Payload delivery";
  private static final String DROPPED = "Artifacts dropped";

  /** Types of which unrelated events have the same value. */
  private static final Set<String> COMMON = Set.of("text", "comment", "size-in-bytes", "filename");

  private final RunHeader header;
  private final Techniques techniques;
  private final List<Observed> observed;
  private final List<Result> rows;
  private final String timestamp;

  /** By their identifiers: none is written twice. */
  private final Map<String, Attribute> attributes = new LinkedHashMap<>();

  private final Map<String, MispObject> objects = new LinkedHashMap<>();

  /** The environments that told of each of them, by how they did. */
  private final Map<String, Map<String, Set<String>>> places = new HashMap<>();

  private MispEvent(RunHeader header, Techniques techniques, List<Observed> observed) {
    this.header = header;
    this.techniques = techniques;
    this.observed = observed;
    this.rows = observed.stream().map(Observed::result).toList();
    this.timestamp =
        String.valueOf(
            rows.stream()
                .map(Result::finished)
                .max(Instant::compareTo)
                .orElse(header.started())
                .getEpochSecond());
  }

  /**
   * The event of a sample.
   *
   * @param observed its rows; one at least
   */
  static Event of(RunHeader header, Techniques techniques, List<Observed> observed) {
    return new MispEvent(header, techniques, observed).event();
  }

  private Event event() {
    Result first = rows.get(0);
    boolean isMalware = Observed.isMalware(rows);
    sample(first, isMalware);
    for (Observed row : observed) {
      contacted(row, isMalware);
      row.behavior().kept().stream()
          .limit(MOST_FILES)
          .forEach(file -> dropped(row.result(), file, isMalware));
      row.hits().forEach(hit -> add(row, "External analysis", "text", hit, false, "rule"));
      String limits = String.join("\n", row.limits());
      add(row, "Internal reference", "comment", limits, false, "how well it was observed");
    }
    return new Event(
        uuid("event"),
        text(
            "Malassay: %s: %s"
                .formatted(
                    Wording.title(first),
                    rows.stream()
                        .map(row -> row.environment() + ": " + Observed.inWords(row))
                        .collect(Collectors.joining("; ")))),
        header.started().atOffset(ZoneOffset.UTC).toLocalDate().toString(),
        threatLevel(Observed.impact(rows)),
        "2",
        OWN_ORGANISATION,
        false,
        timestamp,
        new Organisation("Malassay", Uuids.own("organisation").toString()),
        tags(),
        List.copyOf(attributes.values()),
        List.copyOf(objects.values()));
  }

  private String uuid(String... parts) {
    return Uuids.own("misp", header.id(), rows.get(0).sha256(), String.join("\n", parts))
        .toString();
  }

  private static String text(String hostile) {
    return Printable.bounded(hostile, LONGEST);
  }

  /** 1 is high, 2 medium, 3 low, 4 undefined. */
  private static String threatLevel(OptionalDouble impact) {
    return switch (Band.of(impact.orElse(0))) {
      case SEVERE -> "1";
      case SERIOUS -> "2";
      case MODERATE, SLIGHT -> "3";
      case NONE -> "4";
    };
  }

  /** A cluster of the galaxy is known by the technique's name, too: without it there is no tag. */
  private List<Tag> tags() {
    List<Tag> tags = new ArrayList<>();
    tags.add(new Tag("tlp:amber", "#ffc000", true));
    for (String id : Techniques.of(rows)) {
      techniques
          .name(id)
          .ifPresent(
              name ->
                  tags.add(
                      new Tag(
                          "misp-galaxy:mitre-attack-pattern=\"%s - %s\"".formatted(name, id),
                          "#0088cc",
                          true)));
    }
    return tags;
  }

  private Attribute attribute(
      String object,
      String relation,
      String category,
      String type,
      String value,
      boolean forDetection,
      String comment) {
    return new Attribute(
        uuid("attribute", object, relation, category, type, value),
        relation,
        category,
        type,
        value,
        forDetection,
        comment,
        AS_THE_EVENT,
        timestamp,
        COMMON.contains(type));
  }

  private void add(
      Observed row, String category, String type, String value, boolean forDetection, String how) {
    Attribute added = attribute("", "", category, type, text(value), forDetection, "");
    String uuid = added.uuid();
    attributes.put(
        uuid,
        attributes
            .getOrDefault(uuid, added)
            .commented(comment(uuid, how + ",", row.result().environment())));
  }

  /** Such as {@code asked for, in container, raspbian}, of all that told of it so far. */
  private String comment(String uuid, String how, String environment) {
    Map<String, Set<String>> ways = places.computeIfAbsent(uuid, any -> new LinkedHashMap<>());
    ways.computeIfAbsent(how, any -> new LinkedHashSet<>()).add(environment);
    return text(
        ways.entrySet().stream()
            .map(way -> "%s in %s".formatted(way.getKey(), String.join(", ", way.getValue())))
            .collect(Collectors.joining("; ")));
  }

  private void contacted(Observed row, boolean isMalware) {
    for (String name : row.contacts().names()) {
      String type = name.indexOf('.') == name.lastIndexOf('.') ? "domain" : "hostname";
      add(row, NETWORK, type, name, isMalware, "asked for");
    }
    for (Fetched page : row.contacts().pages()) {
      add(row, NETWORK, "url", page.url(), isMalware, "asked for by " + page.method());
    }
    for (Peer peer : row.contacts().peers()) {
      String how =
          "%s, %d times, %d bytes sent"
              .formatted(
                  peer.transport().isEmpty()
                      ? "tried"
                      : peer.transport() + peer.protocol().map(it -> ", " + it).orElse(""),
                  peer.times(),
                  peer.sentBytes());
      if (peer.isName()) {
        add(row, NETWORK, "hostname|port", peer.host() + "|" + peer.port(), isMalware, how);
      } else if (peer.port() == 0) {
        add(row, NETWORK, "ip-dst", peer.host(), isMalware, how);
      } else {
        add(
            row,
            NETWORK,
            "ip-dst|port",
            peer.host() + "|" + peer.port(),
            isMalware && peer.isTelling(),
            how);
      }
    }
  }

  private void sample(Result row, boolean isMalware) {
    String name = text(row.sampleName());
    put(
        "sample",
        "The sample",
        List.of(
            attribute("sample", "filename", DELIVERED, "filename", name, false, ""),
            attribute("sample", "md5", DELIVERED, "md5", row.md5(), isMalware, ""),
            attribute("sample", "sha256", DELIVERED, "sha256", row.sha256(), isMalware, ""),
            size("sample", row.size()),
            attribute("sample", "text", "Other", "text", text(row.facts().inWords()), false, "")));
  }

  private Attribute size(String object, long size) {
    String bytes = String.valueOf(size);
    return attribute(object, "size-in-bytes", "Other", "size-in-bytes", bytes, false, "");
  }

  /** A file of which only the beginning was kept has no digest: the one of that is no file's. */
  private void dropped(Result row, FileKept file, boolean isMalware) {
    String path = text(file.path());
    String object = path + "\n" + file.sha256();
    List<Attribute> its = new ArrayList<>();
    its.add(
        attribute(
            object,
            "filename",
            DROPPED,
            "filename",
            path.substring(path.lastIndexOf('/') + 1),
            false,
            ""));
    its.add(attribute(object, "fullpath", DROPPED, "text", path, false, ""));
    if (Observed.isWhole(file)) {
      boolean forDetection = isMalware && Observed.isTelling(observed, file);
      String comment = Observed.isAnswer(observed, file.size()) ? Observed.ANSWER : "";
      String sha256 = text(file.sha256());
      its.add(attribute(object, "sha256", DROPPED, "sha256", sha256, forDetection, comment));
    }
    its.add(size(object, file.size()));
    its.add(attribute(object, "text", "Other", "text", text(file.type()), false, ""));
    put(object, comment(uuid("object", object), "Made or changed", row.environment()), its);
  }

  /** Its attributes without a value, as the name of a folder has none, are left out. */
  private void put(String key, String comment, List<Attribute> its) {
    String uuid = uuid("object", key);
    objects.put(
        uuid,
        new MispObject(
            uuid,
            "file",
            "file",
            "File object describing a file with meta-information",
            FILE_TEMPLATE,
            FILE_TEMPLATE_VERSION,
            comment,
            AS_THE_EVENT,
            timestamp,
            its.stream().filter(it -> !it.value().isEmpty()).toList()));
  }
}
