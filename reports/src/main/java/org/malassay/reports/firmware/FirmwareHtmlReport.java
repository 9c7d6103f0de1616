package org.malassay.reports.firmware;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.malassay.files.WholeFile;
import org.malassay.firmware.survey.ReadAndJudged;
import org.malassay.firmware.survey.Requirement;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.firmware.survey.SurveyReport;
import org.malassay.firmware.survey.Surveyed;
import org.malassay.options.Options;
import org.malassay.reports.writing.Html;
import org.malassay.reports.writing.Page;
import org.malassay.reports.writing.Words;
import org.malassay.sample.SafeText;

/**
 * {@code firmware.html}: what protects the programs of a survey's images, by year and vendor, which
 * kernels and components they have, how old those are, and what of the images nobody understands;
 * in one file that fetches nothing and has no script.
 */
public final class FirmwareHtmlReport implements SurveyReport {
  @Override
  public String name() {
    return "html";
  }

  @Override
  public Path write(SurveyDirectory survey, Options options) throws IOException {
    Path file = survey.path().resolve("firmware.html");
    Words words = options.get(Words.LANG);
    Figures figures = Figures.of(survey);
    List<Lag> lags = Lag.of(figures.rows(), Releases.of(options));
    Map<String, Object> page = Page.frame(FirmwareHtmlReport.class, "", words);
    page.remove("script");
    page.put("survey", SafeText.printable(survey.header().id()));
    page.put("damage", figures.damage().stream().map(SafeText::printable).toList());
    page.put("sentences", sentences(figures, words));
    page.put(
        "tables",
        new FirmwareTables(figures, words).all(lags, Sources.of(survey, Sources.Lines.NONE)));
    page.put("charts", new FirmwareCharts(figures, lags, words).all());
    page.put("silent", SilentPart.of(survey, ReadAndJudged.findings(options), words));
    WholeFile.writeText(file, out -> out.write(Html.render("firmware/firmware.jte", page)));
    return file;
  }

  /** The survey in a few sentences. */
  private static List<String> sentences(Figures figures, Words words) {
    List<String> sentences = new ArrayList<>();
    long vendors = figures.rows().stream().map(it -> it.image().vendor()).distinct().count();
    sentences.add(
        words.get(
            "firmware.sentence.images",
            figures.rows().size(),
            vendors,
            figures.count(Surveyed.Outcome.READ),
            figures.count(Surveyed.Outcome.PARTLY),
            figures.count(Surveyed.Outcome.NOTHING),
            figures.count(Surveyed.Outcome.FAILED)));
    List<String> shares = new ArrayList<>();
    for (Requirement requirement : Figures.MITIGATIONS) {
      Share share = figures.all().getOrDefault(requirement, Share.NONE);
      OptionalDouble value = share.value();
      shares.add(
          words.get(
              "firmware.sentence.share",
              words.get("firmware.mitigation." + requirement.label()),
              words.percent(value)));
    }
    sentences.add(words.get("firmware.sentence.shares", words.list(shares)));
    long undated = figures.rows().stream().filter(it -> it.image().date().isEmpty()).count();
    if (undated > 0) {
      sentences.add(words.get("firmware.sentence.undated", undated));
    }
    return sentences;
  }
}
