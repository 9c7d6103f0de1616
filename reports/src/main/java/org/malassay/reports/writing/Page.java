package org.malassay.reports.writing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.malassay.sample.Digest;

/**
 * What every page in HTML has: one style sheet, a script, and a policy that allows nothing else.
 */
public final class Page {
  private Page() {}

  /**
   * The parameters {@code words}, {@code style}, {@code script} and {@code policy} of a template,
   * in a map that takes more.
   *
   * @param of the class beside which the script lies
   * @param script the name of its file; empty for a page without one
   * @throws IOException if a resource is missing
   */
  public static Map<String, Object> frame(Class<?> of, String script, Words words)
      throws IOException {
    String code = script.isEmpty() ? "" : resource(of, script);
    String style = resource(Page.class, "report.css");
    Map<String, Object> page = new HashMap<>();
    page.put("words", words);
    page.put("policy", policy(code, style));
    page.put("script", code);
    page.put("style", style);
    return page;
  }

  /** Nothing is fetched, and no script or style counts but these two. */
  private static String policy(String script, String style) {
    return ("default-src 'none'; script-src %s; style-src '%s'; base-uri 'none';"
            + " form-action 'none'")
        .formatted(script.isEmpty() ? "'none'" : "'" + digest(script) + "'", digest(style));
  }

  private static String digest(String text) {
    String sha256 = Digest.of(text.getBytes(UTF_8)).sha256();
    return "sha256-" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256));
  }

  private static String resource(Class<?> of, String name) throws IOException {
    try (InputStream in = of.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("%s is missing from the jar of the reports".formatted(name));
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
