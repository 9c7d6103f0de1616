package org.malassay.reports.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.malassay.options.Option;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;

/**
 * {@code stix/SHA256.json}: a bundle of STIX 2.1 for each sample, with what it contacted and
 * dropped, its processes and techniques. On request: the events of all samples are read.
 */
public final class StixReport extends FolderReport {
  static final Option<Tlp> TLP =
      Option.of(
          "stix.tlp",
          "COLOR",
          "amber",
          "whom the bundles may be given to: white, green, amber or red",
          Tlp::of);

  public StixReport() {
    super("stix");
  }

  @Override
  public List<Option<?>> options() {
    return List.of(TLP);
  }

  @Override
  void fill(Path folder, Runs runs, Options options) throws IOException {
    for (Map.Entry<String, List<Result>> sample : Observed.bySample(runs.answers()).entrySet()) {
      Json.write(
          Json.SNAKE_CASE,
          folder.resolve(SafeText.fileName(sample.getKey()) + ".json"),
          StixBundle.of(
              runs.run().header(),
              options.get(TLP),
              techniques(),
              Observed.all(runs.run(), sample.getValue())));
    }
  }
}
