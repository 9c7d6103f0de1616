package org.malassay.reports.firmware;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.malassay.files.WholeFile;

/** JSON files of a survey, in pieces. Hostile text in them is ASCII: all else is an escape. */
final class SurveyJson {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private SurveyJson() {}

  /** Writes the values. */
  interface Body {
    void write(JsonGenerator out) throws IOException;
  }

  static void write(Path file, Body body) throws IOException {
    WholeFile.write(
        file,
        bytes -> {
          JsonGenerator out =
              JSON.createGenerator(bytes).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
          body.write(out);
          out.writeRaw('\n');
          out.close();
        });
  }
}
