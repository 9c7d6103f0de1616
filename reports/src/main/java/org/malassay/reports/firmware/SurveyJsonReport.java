package org.malassay.reports.firmware;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.malassay.firmware.Component;
import org.malassay.firmware.Part;
import org.malassay.firmware.survey.ImageChange;
import org.malassay.firmware.survey.Requirement;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.firmware.survey.SurveyReport;
import org.malassay.options.Options;

/**
 * {@code survey.json}: the figures of a survey, and its images without their programs, which {@code
 * journal.jsonl} has.
 */
public final class SurveyJsonReport implements SurveyReport {
  @Override
  public String name() {
    return "json";
  }

  @Override
  public Path write(SurveyDirectory survey, Options options) throws IOException {
    Path file = survey.path().resolve("survey.json");
    Figures figures = Figures.of(survey);
    List<Lag> lags = Lag.of(figures.rows(), Releases.of(options));
    SurveyJson.write(
        file,
        out -> {
          out.writeStartObject();
          out.writeStringField("survey", survey.header().id());
          out.writeArrayFieldStart("damage");
          for (String line : figures.damage()) {
            out.writeString(line);
          }
          out.writeEndArray();
          groups("years", figures.byYear(), out);
          groups("vendors", figures.byVendor(), out);
          kernels(figures, out);
          shares("kernel_protections", figures.protections(), out);
          lags(lags, out);
          unread(figures, out);
          out.writeArrayFieldStart("images");
          for (ImageRow row : figures.rows()) {
            image(row, out);
          }
          out.writeEndArray();
          sources(Sources.of(survey, Sources.Lines.NONE), out);
          out.writeEndObject();
        });
    return file;
  }

  private static void groups(
      String name, Map<String, Map<Requirement, Share>> groups, JsonGenerator out)
      throws IOException {
    out.writeObjectFieldStart(name);
    for (Map.Entry<String, Map<Requirement, Share>> group : groups.entrySet()) {
      out.writeFieldName(group.getKey());
      requirements(group.getValue(), out);
    }
    out.writeEndObject();
  }

  private static void requirements(Map<Requirement, Share> shares, JsonGenerator out)
      throws IOException {
    out.writeStartObject();
    for (Map.Entry<Requirement, Share> share : shares.entrySet()) {
      share(share.getKey().label(), share.getValue(), out);
    }
    out.writeEndObject();
  }

  private static void shares(String name, Map<String, Share> shares, JsonGenerator out)
      throws IOException {
    out.writeObjectFieldStart(name);
    for (Map.Entry<String, Share> share : shares.entrySet()) {
      share(share.getKey(), share.getValue(), out);
    }
    out.writeEndObject();
  }

  private static void share(String name, Share share, JsonGenerator out) throws IOException {
    out.writeObjectFieldStart(name);
    out.writeNumberField("yes", share.yes());
    out.writeNumberField("told", share.told());
    out.writeEndObject();
  }

  private static void kernels(Figures figures, JsonGenerator out) throws IOException {
    out.writeObjectFieldStart("kernels");
    for (Map.Entry<String, Map<String, Integer>> year : figures.kernels().entrySet()) {
      out.writeObjectFieldStart(year.getKey());
      for (Map.Entry<String, Integer> series : year.getValue().entrySet()) {
        out.writeNumberField(series.getKey(), series.getValue());
      }
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private static void lags(List<Lag> lags, JsonGenerator out) throws IOException {
    out.writeObjectFieldStart("lag_years");
    for (Lag lag : lags) {
      out.writeObjectFieldStart(lag.component());
      out.writeNumberField("images", lag.years().size());
      out.writeNumberField("lower_quartile", lag.quantile(0.25));
      out.writeNumberField("median", lag.quantile(0.5));
      out.writeNumberField("upper_quartile", lag.quantile(0.75));
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private static void unread(Figures figures, JsonGenerator out) throws IOException {
    out.writeArrayFieldStart("unread");
    for (Map.Entry<Figures.Unread, Share> it : figures.unread().entrySet()) {
      out.writeStartObject();
      out.writeStringField("state", it.getKey().state().name().toLowerCase(Locale.ROOT));
      out.writeStringField("format", it.getKey().format());
      out.writeNumberField("parts", it.getValue().yes());
      out.writeNumberField("bytes", it.getValue().told());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void sources(List<Sources> all, JsonGenerator out) throws IOException {
    out.writeArrayFieldStart("sources");
    for (Sources sources : all) {
      out.writeStartObject();
      out.writeStringField("file", sources.file().name());
      out.writeStringField("kernel", sources.kernel());
      out.writeNumberField("components", sources.components());
      out.writeNumberField("patches", sources.patches());
      out.writeNumberField("vulnerabilities", sources.mended());
      out.writeNumberField("images", sources.images());
      out.writeNumberField("same_version", sources.same());
      out.writeNumberField("other_version", sources.other());
      out.writeNumberField("other_options", sources.options());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void image(ImageRow row, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("image", row.image().name());
    out.writeStringField("vendor", row.image().vendor());
    out.writeStringField("product", row.image().product());
    out.writeStringField("version", row.image().version());
    if (row.image().date().isPresent()) {
      out.writeStringField("date", row.image().date().get().toString());
    }
    out.writeStringField("sha256", row.sha256());
    out.writeNumberField("size", row.size());
    out.writeStringField("outcome", row.outcome().name().toLowerCase(Locale.ROOT));
    if (!row.failure().isEmpty()) {
      out.writeStringField("failure", row.failure());
    }
    out.writeNumberField("files", row.files());
    out.writeNumberField("programs", row.programs());
    out.writeFieldName("mitigations");
    requirements(row.shares(), out);
    if (row.kernel().isPresent()) {
      out.writeStringField("kernel", row.kernel().get());
    }
    out.writeObjectFieldStart("kernel_protections");
    for (Map.Entry<String, Boolean> protection : row.protections().entrySet()) {
      out.writeBooleanField(protection.getKey(), protection.getValue());
    }
    out.writeEndObject();
    out.writeArrayFieldStart("components");
    for (Component component : row.components()) {
      out.writeStartObject();
      out.writeStringField("name", component.name());
      out.writeStringField("version", component.version());
      out.writeStringField("path", component.path());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("services");
    for (String service : row.services()) {
      out.writeString(service);
    }
    out.writeEndArray();
    out.writeNumberField("debug_doors", row.doors());
    out.writeNumberField("weak_accounts", row.weakAccounts());
    out.writeObjectFieldStart("parts");
    for (Part.State state : Part.State.values()) {
      if (row.parts(state) > 0) {
        out.writeNumberField(state.name().toLowerCase(Locale.ROOT), row.parts(state));
      }
    }
    out.writeEndObject();
    out.writeNumberField("unread_bytes", row.unread());
    if (!row.against().isEmpty()) {
      out.writeStringField("against", row.against());
      out.writeObjectFieldStart("changes");
      for (ImageChange.Kind kind : ImageChange.Kind.values()) {
        out.writeNumberField(kind.name().toLowerCase(Locale.ROOT), row.changes(kind));
      }
      out.writeEndObject();
    }
    out.writeNumberField("violations", row.violations());
    out.writeEndObject();
  }
}
