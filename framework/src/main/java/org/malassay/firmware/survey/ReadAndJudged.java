package org.malassay.firmware.survey;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.malassay.firmware.Entry;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Part;
import org.malassay.firmware.judge.FileCache;
import org.malassay.firmware.judge.ImageJudge;
import org.malassay.firmware.source.SourceJudge;
import org.malassay.firmware.unpack.Bounds;
import org.malassay.firmware.unpack.ImageReader;
import org.malassay.options.Options;

/**
 * The analysis of a survey: what the reader of images hands over, the judge judges. An archive that
 * is a source package is told as one.
 */
public final class ReadAndJudged implements ImageAnalysis {
  private static final int BUFFER = 1 << 18;

  private final Bounds bounds;
  private final FileCache cache;

  /**
   * @param bounds of one image
   * @param cache of findings by content
   */
  public ReadAndJudged(Bounds bounds, FileCache cache) {
    this.bounds = bounds;
    this.cache = cache;
  }

  /** By the options of a survey, with a cache on the disk. */
  public static ReadAndJudged of(Options options) {
    Bounds by = Bounds.DEFAULT;
    return new ReadAndJudged(
        new Bounds(
            options.find(SurveyOptions.DEPTH).orElse(by.depth()),
            options.find(SurveyOptions.ENTRIES).map(Integer::longValue).orElse(by.entries()),
            options.find(SurveyOptions.BYTES).orElse(by.bytes()),
            options.find(SurveyOptions.FILE_BYTES).orElse(by.fileBytes()),
            options.find(SurveyOptions.TIME).orElse(by.time())),
        findings(options));
  }

  /** The findings by content that surveys with these options keep. */
  public static FileCache findings(Options options) {
    return FindingCache.in(options.find(SurveyOptions.CACHE));
  }

  @Override
  public ImageFacts of(FirmwareImage image) throws IOException {
    String sha256 = sha256(image.file());
    ImageJudge judge = new ImageJudge(cache);
    SourceJudge sources = new SourceJudge();
    boolean archive = SourceJudge.mayBe(String.valueOf(image.file().getFileName()));
    Consumer<Entry> to =
        entry -> {
          judge.accept(entry);
          if (archive) {
            sources.accept(entry);
          }
        };
    List<Part> parts;
    try (Handover handover = new Handover(to)) {
      parts = ImageReader.read(image.file(), bounds, handover);
      handover.finish();
    }
    ImageFacts facts = judge.facts(image, sha256, Files.size(image.file()), parts);
    return archive ? sources.found().map(facts::asSources).orElse(facts) : facts;
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
