package org.malassay.reports.firmware;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.malassay.files.WholeFile;
import org.malassay.files.WholeFolder;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.bom.SbomWriter;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.firmware.survey.SurveyReport;
import org.malassay.options.Options;
import org.malassay.sample.Digest;
import org.malassay.sample.SafeText;

/**
 * {@code sbom/}: a bill of materials (CycloneDX) of each image that was read, named by its file,
 * the beginning of its SHA-256, and that of its whole name's: two vendors may have the same file.
 */
public final class BillReport implements SurveyReport {
  private static final int PREFIX = 12;
  private static final int PREFIX_OF_NAME = 8;

  @Override
  public String name() {
    return "sbom";
  }

  @Override
  public Path write(SurveyDirectory survey, Options options) throws IOException {
    Path folder = survey.path().resolve("sbom");
    WholeFolder.write(
        folder,
        fresh -> {
          List<String> unused =
              survey.forEach(
                  row -> {
                    if (row.facts().filter(it -> it.sources().isEmpty()).isPresent()) {
                      ImageFacts facts = row.facts().get();
                      WholeFile.write(fresh.resolve(file(facts)), SbomWriter.json(facts));
                    }
                  });
        });
    return folder;
  }

  private static String file(ImageFacts facts) {
    String name = facts.image().name();
    return "%s-%s-%s.cdx.json"
        .formatted(
            SafeText.fileName(name.substring(name.lastIndexOf('/') + 1)),
            facts.sha256().substring(0, Math.min(PREFIX, facts.sha256().length())),
            Digest.sha256(name.getBytes(UTF_8)).substring(0, PREFIX_OF_NAME));
  }
}
