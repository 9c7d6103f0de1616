package org.malassay.reports.interop;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/** How records become files of JSON: what is empty in them is left out. */
final class Json {
  /** Names of several words have underscores between them. */
  static final JsonMapper SNAKE_CASE =
      mapper().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /** Names are as they stand in the records. */
  static final JsonMapper AS_NAMED = mapper().build();

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Json() {}

  private static JsonMapper.Builder mapper() {
    return JsonMapper.builder()
        .addModule(new Jdk8Module())
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(
                JsonInclude.Include.NON_EMPTY, JsonInclude.Include.NON_EMPTY));
  }

  /** Writes a file, which others may see in part: into a folder that they see when it is whole. */
  static void write(JsonMapper mapper, Path file, Object value) throws IOException {
    Files.write(file, bytes(mapper, value));
  }

  static byte[] bytes(JsonMapper mapper, Object value) throws IOException {
    byte[] json = mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  /** A time of UTC with milliseconds, such as {@code 2026-03-01T12:00:00.000Z}. */
  static String time(Instant time) {
    return MILLIS.format(time);
  }
}
