package org.malassay.reports.allure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.qameta.allure.AllureResultsWriter;
import io.qameta.allure.model.Attachment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.environment.Evidence;
import org.malassay.environment.Piece;
import org.malassay.features.FeaturePiece;
import org.malassay.reports.writing.Printable;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.SafeText;

/**
 * The evidence of one row, for a reader: as plain text, bounded, without links followed. The whole
 * of it stays in the evidence folder, and so does what the index says is no text. Of the sample's
 * static features, its strings and its picture.
 */
final class Attachments {
  /** A picture of more bytes is not copied for each row. */
  private static final long MOST_OF_IMAGE = 512 << 10;

  private final String prefix;
  private final Evidence evidence;
  private final Optional<Evidence> features;
  private final int mostFiles;
  private final int mostBytes;

  private Attachments(
      String prefix, Evidence evidence, Optional<Evidence> features, int mostFiles, int mostBytes) {
    this.prefix = prefix;
    this.evidence = evidence;
    this.features = features;
    this.mostFiles = mostFiles;
    this.mostBytes = mostBytes;
  }

  static Attachments of(RunDirectory run, Result result, int mostFiles, long mostBytes)
      throws IOException {
    return new Attachments(
        AllureResult.uuid(result).toString(),
        run.evidence(result),
        run.hasFeatures() ? Optional.of(run.features(result.sha256())) : Optional.empty(),
        mostFiles,
        (int) Math.min(mostBytes, Integer.MAX_VALUE));
  }

  /**
   * Writes the attachments, those first that say most.
   *
   * @param behavior what was seen of the sample, as a text, in the place of the log of it
   */
  List<Attachment> writeTo(AllureResultsWriter writer, Optional<String> behavior)
      throws IOException {
    List<Attachment> attachments = new ArrayList<>();
    if (behavior.isPresent()) {
      attachments.add(write(writer, "behavior", behavior.get(), 0));
    }
    Path folder = evidence.folder();
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      attachEvidence(folder, writer, attachments);
    }
    if (features.isPresent()) {
      attachFeatures(features.get(), writer, attachments);
    }
    return attachments;
  }

  private void attachEvidence(Path folder, AllureResultsWriter writer, List<Attachment> attachments)
      throws IOException {
    Map<Path, Piece> index =
        evidence.index().stream()
            .collect(Collectors.toMap(piece -> folder.resolve(piece.name()), piece -> piece));
    for (Path file : files(folder, index)) {
      String name = folder.relativize(file).toString();
      String title =
          SafeText.printable(
              Optional.ofNullable(index.get(file))
                  .map(piece -> name + ": " + piece.title())
                  .orElse(name));
      attachments.add(write(writer, title, text(file), attachments.size()));
    }
  }

  private void attachFeatures(
      Evidence made, AllureResultsWriter writer, List<Attachment> attachments) throws IOException {
    for (Piece piece : made.index()) {
      Path file = made.folder().resolve(piece.name());
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      String title = SafeText.printable(piece.name() + ": " + piece.title());
      if (piece.name().equals(FeaturePiece.STRINGS)) {
        attachments.add(write(writer, title, text(file), attachments.size()));
      } else if (piece.name().equals(FeaturePiece.IMAGE) && Files.size(file) <= MOST_OF_IMAGE) {
        attachments.add(
            write(writer, title, "image/png", "png", Files.readAllBytes(file), attachments.size()));
      }
    }
  }

  private Attachment write(AllureResultsWriter writer, String name, String text, int number) {
    return write(writer, name, "text/plain", "txt", text.getBytes(UTF_8), number);
  }

  private Attachment write(
      AllureResultsWriter writer,
      String name,
      String type,
      String ending,
      byte[] contents,
      int number) {
    Attachment attachment =
        new Attachment()
            .setName(name)
            .setType(type)
            .setSource("%s-%d-attachment.%s".formatted(prefix, number, ending));
    writer.write(attachment.getSource(), new ByteArrayInputStream(contents));
    return attachment;
  }

  private List<Path> files(Path folder, Map<Path, Piece> index) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .filter(file -> !file.equals(evidence.indexFile()))
          .filter(file -> Optional.ofNullable(index.get(file)).map(Piece::isText).orElse(true))
          .sorted(Comparator.comparing(Attachments::rank).thenComparing(Path::toString))
          .limit(mostFiles)
          .toList();
    }
  }

  private static int rank(Path file) {
    String name = file.getFileName().toString();
    return Stream.of("failure.txt", "stdout", "stderr", "page")
        .filter(name::startsWith)
        .findFirst()
        .map(List.of("failure.txt", "stdout", "stderr", "page")::indexOf)
        .orElse(4);
  }

  private String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] head = in.readNBytes(mostBytes);
      long size = Files.size(file);
      return size <= mostBytes
          ? Printable.lines(head)
          : Printable.lines(head)
              + "\n[cut: the first %d of %d bytes; the rest is in the evidence folder]\n"
                  .formatted(head.length, size);
    }
  }
}
