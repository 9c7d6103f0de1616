package org.malassay.reports.firmware;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.cluster.SilentPatches;
import org.malassay.firmware.judge.FileCache;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.reports.writing.Cell;
import org.malassay.reports.writing.Table;
import org.malassay.reports.writing.Words;
import org.malassay.sample.SafeText;

/**
 * What was patched without its version.
 *
 * @param components those with the most contents first
 * @param vendors how often a version is not enough with each
 */
public record SilentPart(Table components, Table vendors) {
  private static final int MOST = 200;

  /**
   * Reads it out of a survey.
   *
   * @param findings asked for the functions of what differs
   */
  static SilentPart of(SurveyDirectory survey, FileCache findings, Words words) throws IOException {
    List<ImageFacts> images = new ArrayList<>();
    List<String> unused =
        survey.forEach(row -> row.facts().map(SilentPart::known).ifPresent(images::add));
    SilentPatches patches = SilentPatches.of(images, findings);
    List<List<Cell>> components = new ArrayList<>();
    for (SilentPatches.Group group : patches.groups().stream().limit(MOST).toList()) {
      Set<String> vendors = new HashSet<>();
      group.builds().forEach(build -> vendors.addAll(build.vendors()));
      components.add(
          List.of(
              Cell.of(SafeText.printable(group.component())),
              Cell.of(SafeText.printable(group.version())),
              Cell.of(SafeText.printable(group.file())),
              Cell.of(SafeText.printable(group.architecture())),
              Cell.number(group.images()),
              Cell.number(vendors.size()),
              Cell.number(group.builds().size() + group.left()),
              Cell.number(group.clusters()),
              Cell.of(functions(group, words))));
    }
    List<List<Cell>> shares = new ArrayList<>();
    for (SilentPatches.VendorShare share : patches.vendors()) {
      shares.add(
          List.of(
              Cell.of(
                  share.vendor().isEmpty()
                      ? words.get("firmware.unknown")
                      : SafeText.printable(share.vendor())),
              Cell.number(share.versions()),
              Cell.number(share.silent()),
              Cell.number(words.percent(new Share(share.silent(), share.versions()).value()))));
    }
    return new SilentPart(
        new Table(
            words.get("firmware.table.silent"),
            words.titles("firmware.table.silent.head"),
            components),
        new Table(
            words.get("firmware.table.silent.vendors"),
            words.titles("firmware.table.silent.vendors.head"),
            shares));
  }

  /** The programs that a rule knows, and nothing else: of thousands of images, what fits. */
  private static ImageFacts known(ImageFacts facts) {
    return new ImageFacts(
        facts.image(),
        facts.sha256(),
        facts.size(),
        List.of(),
        0,
        facts.programs().stream().filter(it -> it.component().isPresent()).toList(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** How many functions differ at most between builds of one cluster, where that can be told. */
  private static String functions(SilentPatches.Group group, Words words) {
    int most = -1;
    int of = 0;
    for (SilentPatches.Build build : group.builds()) {
      if (build.changed().isPresent()) {
        SilentPatches.Changed changed = build.changed().get();
        int differ = changed.different() + changed.added() + changed.removed();
        if (differ > most) {
          most = differ;
          of = changed.same() + differ;
        }
      }
    }
    String told =
        most < 0
            ? words.get("firmware.silent.untold")
            : words.get("firmware.silent.functions", most, of);
    return group.left() == 0 ? told : words.get("firmware.silent.left", told, group.left());
  }
}
