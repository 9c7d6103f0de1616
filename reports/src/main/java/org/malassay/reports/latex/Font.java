package org.malassay.reports.latex;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.io.RandomAccessReadBufferedFile;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.malassay.files.FileReason;
import org.malassay.sample.SafeText;

/**
 * What figures are set in: Liberation Sans, which comes with PDFBox (Latin, Greek and Cyrillic),
 * and for what it lacks a font that the user names. The signs that are used are embedded into every
 * PDF, as publishers ask for. No font of this machine is used unasked: figures are the same
 * everywhere.
 */
final class Font implements Closeable {
  static final String FAMILY = "Liberation Sans";

  private static final String LIBERATION =
      "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

  /** The first one has ASCII. */
  private final List<TrueTypeFont> faces;

  private Font(List<TrueTypeFont> faces) {
    this.faces = faces;
  }

  /**
   * A piece of a text.
   *
   * @param face the number of the face that has its signs
   */
  record Run(int face, String text) {}

  /**
   * Opens it.
   *
   * @param more a TrueType font
   * @throws IOException if one cannot be used; the message names the option that mends it
   */
  static Font open(Optional<Path> more) throws IOException {
    List<TrueTypeFont> faces = new ArrayList<>();
    Font font = new Font(faces);
    try {
      try (InputStream in = PDDocument.class.getResourceAsStream(LIBERATION)) {
        if (in == null) {
          throw new IOException(FAMILY + " is missing from the jar of PDFBox");
        }
        faces.add(new TTFParser().parse(new RandomAccessReadBuffer(in)));
      }
      if (more.isPresent()) {
        faces.add(named(more.get()));
      }
      return font;
    } catch (IOException e) {
      font.close();
      throw e;
    }
  }

  private static TrueTypeFont named(Path file) throws IOException {
    try {
      return new TTFParser().parse(new RandomAccessReadBufferedFile(file.toFile()));
    } catch (IOException e) {
      throw new IOException(
          "the font of figures cannot be used: %s; -Dlatex.font=FILE names a TrueType font"
              .formatted(FileReason.of(e)),
          e);
    }
  }

  /** A text in pieces, with an escape for each sign that no face has. */
  List<Run> runs(String text) throws IOException {
    List<Run> runs = new ArrayList<>();
    for (int sign : text.codePoints().toArray()) {
      int face = 0;
      while (face < faces.size() && glyph(face, sign) == 0) {
        face++;
      }
      String shown = Character.toString(sign);
      if (face == faces.size()) {
        face = 0;
        shown = SafeText.printable(shown, US_ASCII);
      }
      int last = runs.size() - 1;
      if (last >= 0 && runs.get(last).face() == face) {
        runs.set(last, new Run(face, runs.get(last).text() + shown));
      } else {
        runs.add(new Run(face, shown));
      }
    }
    return runs;
  }

  private int glyph(int face, int sign) throws IOException {
    return faces.get(face).getUnicodeCmapLookup().getGlyphId(sign);
  }

  /** How wide a text is. */
  double width(String text, double size) {
    try {
      double width = 0;
      for (Run run : runs(text)) {
        TrueTypeFont face = faces.get(run.face());
        int units = 0;
        for (int sign : run.text().codePoints().toArray()) {
          units += face.getAdvanceWidth(glyph(run.face(), sign));
        }
        width += size * units / face.getUnitsPerEm();
      }
      return width;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A face in a document, which holds those signs of it that are used there. */
  PDFont in(PDDocument document, int face) throws IOException {
    return PDType0Font.load(document, faces.get(face), true);
  }

  @Override
  public void close() throws IOException {
    for (TrueTypeFont face : faces) {
      face.close();
    }
  }
}
