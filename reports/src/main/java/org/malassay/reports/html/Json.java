package org.malassay.reports.html;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.sample.SafeText;

/** JSON for an HTML page: each text once, and nothing in it that ends an element. */
final class Json {
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, Integer> texts = new LinkedHashMap<>();

  /** The number of a text: hostile text becomes printable. */
  int text(String hostile) {
    return texts.computeIfAbsent(SafeText.printable(hostile), text -> texts.size());
  }

  /** All of them, by their numbers. */
  List<String> texts() {
    return List.copyOf(texts.keySet());
  }

  /** What writes a value. */
  interface Body {
    void write(JsonGenerator out) throws IOException;
  }

  /** A value as text. Only texts in it can hold these signs, which mean the same as escapes. */
  static String write(Body body) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      body.write(out);
    }
    return text.toString()
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }
}
