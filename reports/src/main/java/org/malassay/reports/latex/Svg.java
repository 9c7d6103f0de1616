package org.malassay.reports.latex;

import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import org.malassay.reports.writing.Xml;

/** A figure as SVG 1.1 that needs nothing but itself. */
final class Svg {
  private Svg() {}

  static void write(Figure figure, Writer out) throws IOException {
    Map<String, String> head = new LinkedHashMap<>();
    head.put("xmlns", "http://www.w3.org/2000/svg");
    head.put("width", number(figure.width()));
    head.put("height", number(figure.height()));
    head.put(
        "viewBox",
        "%s 0 %s %s"
            .formatted(number(figure.left()), number(figure.width()), number(figure.height())));
    head.put("role", "img");
    head.put("aria-labelledby", "title desc");
    head.put("font-family", Font.FAMILY + ", Arial, Helvetica, sans-serif");
    Xml.write(
        out,
        xml ->
            xml.element(
                "svg",
                head,
                svg -> {
                  svg.element("title", Map.of("id", "title"), figure.title());
                  svg.element("desc", Map.of("id", "desc"), figure.description());
                  for (Shape shape : figure.shapes()) {
                    write(shape, svg);
                  }
                }));
  }

  private static void write(Shape shape, Xml svg) throws XMLStreamException {
    Map<String, String> attributes = new LinkedHashMap<>();
    if (shape instanceof Box box) {
      attributes.put("x", number(box.x()));
      attributes.put("y", number(box.y()));
      attributes.put("width", number(box.width()));
      attributes.put("height", number(box.height()));
      if (box.round() > 0) {
        attributes.put("rx", number(box.round()));
      }
      attributes.put("fill", box.fill());
      box.edge().ifPresent(edge -> attributes.put("stroke", edge));
      svg.element(
          "rect",
          attributes,
          rect -> {
            if (!box.title().isEmpty()) {
              rect.element("title", Map.of(), box.title());
            }
          });
    } else if (shape instanceof Line line) {
      attributes.put("x1", number(line.x1()));
      attributes.put("y1", number(line.y1()));
      attributes.put("x2", number(line.x2()));
      attributes.put("y2", number(line.y2()));
      attributes.put("stroke", line.color());
      attributes.put("stroke-width", number(line.thickness()));
      svg.element("line", attributes, "");
    } else if (shape instanceof Text text) {
      attributes.put("x", number(text.x()));
      attributes.put("y", number(text.y()));
      if (text.anchor() != Text.Anchor.START) {
        attributes.put("text-anchor", text.anchor().name().toLowerCase(Locale.ROOT));
      }
      attributes.put("font-size", number(text.size()));
      attributes.put("fill", text.color());
      svg.element("text", attributes, text.text());
    }
  }

  private static String number(double number) {
    return String.format(Locale.ROOT, "%.2f", number).replaceFirst("\\.?0+$", "");
  }
}
