package org.malassay.reports.firmware;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.malassay.files.WholeFile;
import org.malassay.firmware.survey.ImageChange;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.firmware.survey.SurveyReport;
import org.malassay.options.Options;
import org.malassay.reports.writing.Html;
import org.malassay.reports.writing.Page;
import org.malassay.reports.writing.Printable;
import org.malassay.reports.writing.Table;
import org.malassay.reports.writing.Words;
import org.malassay.sample.SafeText;

/**
 * {@code difference.html} and {@code difference.json}: what was added, removed, hardened and
 * weakened since the baseline, by image. Without a baseline there is neither.
 */
public final class DifferenceReport implements SurveyReport {
  /** How many images the page has; all are in difference.json. */
  private static final int MOST = 100;

  private static final int LONGEST = 200;

  @Override
  public String name() {
    return "difference";
  }

  @Override
  public Path write(SurveyDirectory survey, Options options) throws IOException {
    Path page = survey.path().resolve("difference.html");
    Path json = survey.path().resolve("difference.json");
    Words words = options.get(Words.LANG);
    Map<String, Table> images = new LinkedHashMap<>();
    int[] compared = new int[1];
    SurveyJson.write(
        json,
        out -> {
          out.writeStartObject();
          out.writeStringField("survey", survey.header().id());
          out.writeArrayFieldStart("images");
          List<String> unused =
              survey.forEach(
                  row -> {
                    if (!row.against().isEmpty()) {
                      compared[0]++;
                      image(row.image().name(), row.against(), row.changes(), out);
                      if (images.size() < MOST) {
                        images.put(
                            words.get(
                                "firmware.difference.of",
                                Printable.beginning(row.image().name(), LONGEST),
                                Printable.beginning(row.against(), LONGEST)),
                            FirmwareTables.changes(row.changes(), words));
                      }
                    }
                  });
          out.writeEndArray();
          out.writeEndObject();
        });
    if (compared[0] == 0) {
      Files.deleteIfExists(page);
      Files.deleteIfExists(json);
      return survey.path();
    }
    Map<String, Object> frame = Page.frame(DifferenceReport.class, "", words);
    frame.remove("script");
    frame.put("survey", SafeText.printable(survey.header().id()));
    frame.put("images", images);
    frame.put(
        "note",
        words.get("firmware.difference.note", images.size(), compared[0], FirmwareTables.MOST));
    WholeFile.writeText(page, out -> out.write(Html.render("firmware/difference.jte", frame)));
    return page;
  }

  private static void image(
      String name, String against, List<ImageChange> changes, JsonGenerator out)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("image", name);
    out.writeStringField("against", against);
    out.writeArrayFieldStart("changes");
    for (ImageChange change : changes) {
      out.writeStartObject();
      out.writeStringField("kind", change.kind().name().toLowerCase(Locale.ROOT));
      out.writeStringField("what", change.what());
      out.writeStringField("name", change.name());
      out.writeStringField("before", change.before());
      out.writeStringField("after", change.after());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }
}
