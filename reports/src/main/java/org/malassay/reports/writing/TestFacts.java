package org.malassay.reports.writing;

import java.util.LinkedHashMap;
import java.util.Map;
import org.malassay.behavior.Recording;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;

/** What formats that know tests, and nothing of malware, tell of a row besides. */
public final class TestFacts {
  private TestFacts() {}

  /** By name, printable, in the order in which they are told. */
  public static Map<String, String> of(Result result) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("verdict", Wording.verdict(result));
    facts.put("threat score", Wording.number(result.threatScore()));
    facts.put("impact score", Wording.number(result.impactScore()));
    facts.put("category", Wording.category(result.label()));
    facts.put("sample", result.sample());
    facts.put("sha256", result.sha256());
    facts.put("recording", result.recording().map(Recording::inOneLine).orElse("none"));
    facts.put("evidence", result.evidence());
    facts.put("note", result.note().isEmpty() ? "none" : result.note());
    facts.replaceAll((name, value) -> SafeText.printable(value));
    return facts;
  }
}
