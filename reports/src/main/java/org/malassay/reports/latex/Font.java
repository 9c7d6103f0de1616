package org.malassay.reports.latex;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.fontbox.ttf.CmapLookup;
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
 * The font of figures. Its signs are embedded into every PDF, as publishers ask for, and no font of
 * this machine is used unasked: figures are the same everywhere.
 */
final class Font implements Closeable {
  /** The font that comes with PDFBox. */
  static final String FAMILY = "Liberation Sans";

  private static final String LIBERATION =
      "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

  private final TrueTypeFont font;
  private final CmapLookup signs;

  private Font(TrueTypeFont font) throws IOException {
    this.font = font;
    this.signs = font.getUnicodeCmapLookup();
  }

  /**
   * Opens a font.
   *
   * @param file a TrueType font; without it, Liberation Sans: Latin, Greek and Cyrillic
   * @throws IOException if it cannot be used; the message names the option that mends it
   */
  static Font open(Optional<Path> file) throws IOException {
    try {
      if (file.isPresent()) {
        return new Font(
            new TTFParser().parse(new RandomAccessReadBufferedFile(file.get().toFile())));
      }
      try (InputStream in = PDDocument.class.getResourceAsStream(LIBERATION)) {
        if (in == null) {
          throw new IOException("PDFBox has it no more: name another one by -Dlatex.font=FILE");
        }
        return new Font(new TTFParser().parse(new RandomAccessReadBuffer(in)));
      }
    } catch (IOException e) {
      throw new IOException(
          "the font of figures, %s, cannot be used: %s; -Dlatex.font=FILE names a TrueType font"
              .formatted(file.map(Path::toString).orElse(FAMILY), FileReason.of(e)),
          e);
    }
  }

  /** The same text with an escape for each sign that the font lacks. */
  String covered(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            sign ->
                shown.append(
                    signs.getGlyphId(sign.codePointAt(0)) == 0
                        ? SafeText.printable(sign, US_ASCII)
                        : sign));
    return shown.toString();
  }

  /** How wide a text is that it covers. */
  double width(String text, double size) {
    try {
      int units = 0;
      for (int sign : covered(text).codePoints().toArray()) {
        units += font.getAdvanceWidth(signs.getGlyphId(sign));
      }
      return size * units / font.getUnitsPerEm();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The font in a document, which holds those signs of it that are used there. */
  PDFont in(PDDocument document) throws IOException {
    return PDType0Font.load(document, font, true);
  }

  @Override
  public void close() throws IOException {
    font.close();
  }
}
