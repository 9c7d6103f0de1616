package org.malassay.reports.latex;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.pdfbox.pdfwriter.compress.CompressParameters;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;

/**
 * A figure as a PDF of one page that is as large as it: lines, areas and text, no picture. The same
 * figure gives the same bytes.
 */
final class Pdf {
  /** How far a handle of a curve is from its end, for a quarter of a circle. */
  private static final double QUARTER = 0.5523;

  private final Figure figure;
  private final Font font;
  private final PDPageContentStream page;
  private final PDDocument document;

  /** The faces that are used, by their numbers. */
  private final Map<Integer, PDFont> embedded = new HashMap<>();

  private Pdf(Figure figure, Font font, PDDocument document, PDPageContentStream page) {
    this.figure = figure;
    this.font = font;
    this.page = page;
    this.document = document;
  }

  static void write(Figure figure, Font font, OutputStream out) throws IOException {
    try (PDDocument document = new PDDocument()) {
      document.setDocumentId(0L); // else the time counts
      document.getDocumentInformation().setTitle(figure.title());
      PDPage sheet = new PDPage(new PDRectangle((float) figure.width(), (float) figure.height()));
      document.addPage(sheet);
      try (PDPageContentStream page = new PDPageContentStream(document, sheet)) {
        Pdf pdf = new Pdf(figure, font, document, page);
        for (Shape shape : figure.shapes()) {
          pdf.draw(shape);
        }
      }
      // Object streams would make it 1.6, of which TeX warns.
      document.save(out, CompressParameters.NO_COMPRESSION);
    }
  }

  private void draw(Shape shape) throws IOException {
    if (shape instanceof Box box) {
      box(box);
    } else if (shape instanceof Line line) {
      stroke(line.color());
      page.setLineWidth((float) line.thickness());
      page.moveTo(x(line.x1()), y(line.y1()));
      page.lineTo(x(line.x2()), y(line.y2()));
      page.stroke();
    } else if (shape instanceof Text text) {
      fill(text.color());
      page.beginText();
      page.newLineAtOffset(x(text.left(font::width)), y(text.y()));
      for (Font.Run run : font.runs(text.text())) {
        page.setFont(face(run.face()), (float) text.size());
        page.showText(run.text());
      }
      page.endText();
    }
  }

  private PDFont face(int number) throws IOException {
    PDFont face = embedded.get(number);
    if (face == null) {
      face = font.in(document, number);
      embedded.put(number, face);
    }
    return face;
  }

  private void box(Box box) throws IOException {
    fill(box.fill());
    if (box.round() > 0) {
      rounded(box);
    } else {
      page.addRect(
          x(box.x()), y(box.y() + box.height()), (float) box.width(), (float) box.height());
    }
    if (box.edge().isPresent()) {
      stroke(box.edge().get());
      page.setLineWidth(1);
      page.fillAndStroke();
    } else {
      page.fill();
    }
  }

  private void rounded(Box box) throws IOException {
    double left = box.x();
    double top = box.y();
    double right = left + box.width();
    double foot = top + box.height();
    double r = Math.min(box.round(), Math.min(box.width(), box.height()) / 2);
    double k = r * (1 - QUARTER);
    page.moveTo(x(left + r), y(top));
    page.lineTo(x(right - r), y(top));
    curve(right - k, top, right, top + k, right, top + r);
    page.lineTo(x(right), y(foot - r));
    curve(right, foot - k, right - k, foot, right - r, foot);
    page.lineTo(x(left + r), y(foot));
    curve(left + k, foot, left, foot - k, left, foot - r);
    page.lineTo(x(left), y(top + r));
    curve(left, top + k, left + k, top, left + r, top);
    page.closePath();
  }

  private void curve(double x1, double y1, double x2, double y2, double x3, double y3)
      throws IOException {
    page.curveTo(x(x1), y(y1), x(x2), y(y2), x(x3), y(y3));
  }

  private float x(double x) {
    return (float) (x - figure.left());
  }

  /** PDF counts from below. */
  private float y(double y) {
    return (float) (figure.height() - y);
  }

  private void fill(String color) throws IOException {
    page.setNonStrokingColor(part(color, 0), part(color, 1), part(color, 2));
  }

  private void stroke(String color) throws IOException {
    page.setStrokingColor(part(color, 0), part(color, 1), part(color, 2));
  }

  /** Red, green or blue of {@code #rgb} or {@code #rrggbb}, from 0 to 1. */
  private static float part(String color, int part) {
    int digits = (color.length() - 1) / 3;
    String hex = color.substring(1 + part * digits, 1 + (part + 1) * digits);
    return Integer.parseInt(hex, 16) / (digits == 1 ? 15f : 255f);
  }
}
