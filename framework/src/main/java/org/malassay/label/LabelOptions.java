package org.malassay.label;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.malassay.files.Folders;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;
import org.malassay.options.Values;

/** The options of labels and their scores. Keys of services are not options: see {@link Api}. */
public final class LabelOptions implements OptionGroup {
  static final Option<Path> REPORTS =
      Option.optional(
          "labels",
          "DIR",
          "a folder of reports on the samples by antivirus engines: JSON of VirusShare, VirusTotal or"
              + " AVClass, one or many a file, gzip as well",
          LabelOptions::folder);

  static final Option<Path> CACHE =
      Option.of(
          "labels.cache",
          "DIR",
          Folders.cache("labels").toString(),
          "where answers of label services are kept",
          Values::path);

  static final Option<Duration> WAIT =
      Option.of(
          "labels.wait",
          "DURATION",
          "10m",
          "how long a lookup may wait for its turn at a service before the label counts as missing",
          Values::duration);

  static final Option<RateLimit> VIRUS_SHARE_RATE =
      Option.of(
          "labels.virusshare.rate",
          "RATE",
          "4/min",
          "how often VirusShare is asked; it is when MALASSAY_VIRUSSHARE_KEY is set",
          RateLimit::parse);

  static final Option<RateLimit> VIRUS_TOTAL_RATE =
      Option.of(
          "labels.virustotal.rate",
          "RATE",
          "4/min,500/day",
          "how often VirusTotal is asked; it is when MALASSAY_VIRUSTOTAL_KEY is set",
          RateLimit::parse);

  static final Option<ThreatTable> THREAT_TABLE =
      Option.of(
          "threat.table",
          "NAME|FILE",
          "default",
          "the score of each category: default, kaspersky, f-secure, or a file in the same form",
          ThreatTable::of);

  @Override
  public String title() {
    return "Labels and scores";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(REPORTS, CACHE, WAIT, VIRUS_SHARE_RATE, VIRUS_TOTAL_RATE, THREAT_TABLE);
  }

  static Option<RateLimit> rate(Api api) {
    return switch (api) {
      case VIRUS_SHARE -> VIRUS_SHARE_RATE;
      case VIRUS_TOTAL -> VIRUS_TOTAL_RATE;
    };
  }

  private static Path folder(String text) {
    Path folder = Values.path(text);
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("there is no such folder");
    }
    return folder;
  }
}
