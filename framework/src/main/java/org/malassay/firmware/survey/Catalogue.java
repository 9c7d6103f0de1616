package org.malassay.firmware.survey;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.malassay.files.FileReason;
import org.malassay.firmware.FirmwareImage;
import org.malassay.options.OptionException;
import org.malassay.sample.SafeText;

/**
 * Which images a survey has.
 *
 * @param images in the order of their names
 * @param warnings what the user must know of them, one line each
 */
public record Catalogue(List<FirmwareImage> images, List<String> warnings) {
  private static final Pattern DAY = Pattern.compile("(?<!\\d)(\\d{4}-\\d{2}-\\d{2})(?!\\d)");

  /** The folders above an image, from the survey's folder: vendor, product, version. */
  private static final int VENDOR = 0;

  private static final int PRODUCT = 1;
  private static final int VERSION = 2;

  private static final char BYTE_ORDER_MARK = '\ufeff';

  public Catalogue {
    images = List.copyOf(images);
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads which images there are. Links are not followed but where the survey starts; files whose
   * names begin with a point are no images.
   *
   * @param start a folder, or one image
   * @param csv the catalogue, where there is one: then what it does not name is left out
   * @throws OptionException if one of them cannot be read, or there is no image
   */
  public static Catalogue of(Path start, Optional<Path> csv) {
    if (!Files.exists(start)) {
      throw new OptionException("-Dfirmware=%s: there is no such file or folder".formatted(start));
    }
    Path place = real(start);
    Path folder =
        Files.isDirectory(place)
            ? place
            : requireNonNull(place.toAbsolutePath().getParent(), "a file lies in a folder");
    List<Path> files = files(place);
    Catalogue catalogue =
        csv.isPresent() ? listed(folder, files, csv.get()) : byFolders(folder, files);
    if (catalogue.images.isEmpty()) {
      throw new OptionException("-Dfirmware=%s: there is no image in it".formatted(place));
    }
    return catalogue;
  }

  /** What a link stands for: a folder of images is often one. */
  private static Path real(Path start) {
    try {
      return start.toRealPath();
    } catch (IOException e) {
      throw new OptionException(
          "-Dfirmware=%s: cannot be read: %s"
              .formatted(start, SafeText.printable(FileReason.of(e))));
    }
  }

  private static List<Path> files(Path place) {
    try (Stream<Path> all = Files.walk(place)) {
      return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .filter(file -> !isHidden(file, place))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new OptionException(
          "-Dfirmware=%s: cannot be read: %s"
              .formatted(place, SafeText.printable(FileReason.of(e))));
    }
  }

  private static boolean isHidden(Path file, Path place) {
    for (Path name : place.relativize(file)) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static Catalogue byFolders(Path folder, List<Path> files) {
    return new Catalogue(files.stream().map(file -> byFolders(folder, file)).toList(), List.of());
  }

  private static FirmwareImage byFolders(Path folder, Path file) {
    Path name = folder.relativize(file);
    return new FirmwareImage(
        name.toString(),
        file,
        above(name, VENDOR),
        above(name, PRODUCT),
        above(name, VERSION),
        day(above(name, VERSION)).or(() -> day(String.valueOf(name.getFileName()))));
  }

  private static String above(Path name, int which) {
    return which < name.getNameCount() - 1 ? name.getName(which).toString() : "";
  }

  /** A day that stands in a name as 2024-05-31; what is none is no day. */
  private static Optional<LocalDate> day(String text) {
    Matcher day = DAY.matcher(text);
    while (day.find()) {
      try {
        return Optional.of(LocalDate.parse(day.group(1)));
      } catch (DateTimeException e) {
        // such as the 31st of February
      }
    }
    return Optional.empty();
  }

  private static Catalogue listed(Path folder, List<Path> files, Path csv) {
    List<FirmwareImage> images = new ArrayList<>();
    Set<Path> named = new HashSet<>();
    try (Reader reader = withoutMark(Files.newBufferedReader(csv));
        CSVParser rows =
            CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setIgnoreSurroundingSpaces(true)
                .get()
                .parse(reader)) {
      if (!rows.getHeaderNames().contains("file")) {
        throw unusable(
            csv, "it needs the column file, and as known vendor, product, version, date");
      }
      for (CSVRecord row : rows) {
        FirmwareImage image = image(folder, csv, row);
        if (!named.add(image.file())) {
          throw unusable(
              csv, "row %d names %s again".formatted(row.getRecordNumber(), image.name()));
        }
        images.add(image);
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      // The last one for a header that is none, such as a column without a name.
      throw unusable(csv, "cannot be read: " + FileReason.of(e));
    }
    images.sort(Comparator.comparing(FirmwareImage::name));
    long others =
        files.stream()
            .filter(file -> !named.contains(file.normalize()) && !isSame(file, csv))
            .count();
    return new Catalogue(
        images,
        others == 0
            ? List.of()
            : List.of("%d files are not in the catalogue, and left out".formatted(others)));
  }

  /** Spreadsheets put a mark of the byte order before the name of the first column. */
  private static Reader withoutMark(Reader reader) throws IOException {
    reader.mark(1);
    if (reader.read() != BYTE_ORDER_MARK) {
      reader.reset();
    }
    return reader;
  }

  private static boolean isSame(Path file, Path csv) {
    try {
      return Files.isSameFile(file, csv);
    } catch (IOException e) {
      return false;
    }
  }

  private static FirmwareImage image(Path folder, Path csv, CSVRecord row) {
    String name = cell(row, "file");
    try {
      Path file = folder.resolve(name).normalize();
      if (name.isEmpty() || !Files.isRegularFile(file)) {
        throw unusable(
            csv,
            "row %d: there is no file %s in %s".formatted(row.getRecordNumber(), name, folder));
      }
      String date = cell(row, "date");
      return new FirmwareImage(
          name,
          file,
          cell(row, "vendor"),
          cell(row, "product"),
          cell(row, "version"),
          date.isEmpty() ? Optional.empty() : Optional.of(LocalDate.parse(date)));
    } catch (DateTimeException e) {
      throw unusable(
          csv,
          "row %d: %s is no day such as 2024-05-31"
              .formatted(row.getRecordNumber(), cell(row, "date")));
    } catch (InvalidPathException e) {
      throw unusable(csv, "row %d: %s names no file".formatted(row.getRecordNumber(), name));
    }
  }

  private static String cell(CSVRecord row, String column) {
    return row.isSet(column) ? row.get(column) : "";
  }

  private static OptionException unusable(Path csv, String why) {
    return new OptionException(
        "-Dfirmware.catalogue=%s: %s".formatted(csv, SafeText.printable(why)));
  }
}
