package org.malassay.reports.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.interop.Misp.Attribute;
import org.malassay.reports.interop.Misp.Document;
import org.malassay.reports.interop.Misp.Event;
import org.malassay.reports.interop.Misp.Listed;
import org.malassay.run.Result;
import org.malassay.sample.Digest;

/**
 * {@code misp/}: a feed of MISP with an event for each sample, of what it contacted and dropped. On
 * request: the events of all samples are read.
 */
public final class MispReport extends FolderReport {
  public MispReport() {
    super("misp");
  }

  /** As MISP reads a feed: a file an event, the list of them, and the digests of their values. */
  @Override
  void fill(Path folder, Runs runs, Options options) throws IOException {
    Map<String, Listed> manifest = new LinkedHashMap<>();
    try (BufferedWriter hashes = Files.newBufferedWriter(folder.resolve("hashes.csv"))) {
      for (List<Result> rows : Observed.bySample(runs.answers()).values()) {
        Event event =
            MispEvent.of(runs.run().header(), techniques(), Observed.all(runs.run(), rows));
        Json.write(Json.AS_NAMED, folder.resolve(event.uuid() + ".json"), new Document(event));
        manifest.put(event.uuid(), Listed.of(event));
        for (String hash : hashes(event)) {
          hashes.write(hash + "," + event.uuid() + "\n");
        }
      }
    }
    Json.write(Json.AS_NAMED, folder.resolve("manifest.json"), manifest);
  }

  /** Of each value, and of each part of a value that has several. */
  private static Set<String> hashes(Event event) {
    Set<String> hashes = new LinkedHashSet<>();
    Stream.concat(
            event.attributes().stream(),
            event.objects().stream().flatMap(object -> object.attributes().stream()))
        .flatMap(MispReport::parts)
        .forEach(part -> hashes.add(Digest.of(part.getBytes(UTF_8)).md5()));
    return hashes;
  }

  private static Stream<String> parts(Attribute attribute) {
    return attribute.type().indexOf('|') >= 0
        ? Stream.of(attribute.value().split("\\|", 2))
        : Stream.of(attribute.value());
  }
}
