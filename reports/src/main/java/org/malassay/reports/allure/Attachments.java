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
import java.util.stream.Stream;
import org.malassay.reports.writing.Printable;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.SafeText;

/**
 * The evidence of one row, for a reader: plain text whatever it is, bounded, without links
 * followed. The whole of it stays in the evidence folder.
 */
final class Attachments {
  private final String prefix;
  private final Path folder;
  private final int mostFiles;
  private final int mostBytes;

  private Attachments(String prefix, Path folder, int mostFiles, int mostBytes) {
    this.prefix = prefix;
    this.folder = folder;
    this.mostFiles = mostFiles;
    this.mostBytes = mostBytes;
  }

  static Attachments of(RunDirectory run, Result result, int mostFiles, long mostBytes)
      throws IOException {
    return new Attachments(
        AllureResult.uuid(result).toString(),
        run.evidence(result).folder(),
        mostFiles,
        (int) Math.min(mostBytes, Integer.MAX_VALUE));
  }

  /** Writes the attachments, those first that say most. */
  List<Attachment> writeTo(AllureResultsWriter writer) throws IOException {
    List<Attachment> attachments = new ArrayList<>();
    for (Path file : files()) {
      Attachment attachment =
          new Attachment()
              .setName(SafeText.printable(folder.relativize(file).toString()))
              .setType("text/plain")
              .setSource("%s-%d-attachment.txt".formatted(prefix, attachments.size()));
      byte[] text = text(file).getBytes(UTF_8);
      writer.write(attachment.getSource(), new ByteArrayInputStream(text));
      attachments.add(attachment);
    }
    return attachments;
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
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
