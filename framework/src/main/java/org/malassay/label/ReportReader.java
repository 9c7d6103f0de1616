package org.malassay.label;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DatabindException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.CharConversionException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.malassay.files.FileReason;
import org.malassay.sample.SafeText;

/**
 * Reads reports on files in the shapes in use, told apart by what is in them:
 *
 * <ul>
 *   <li>VirusShare API v2: {@code response}, with a VirusTotal report in {@code virustotal} (<a
 *       href="https://virusshare.com/apiv2_reference">reference</a>)
 *   <li>VirusTotal v2: {@code scans} (<a
 *       href="https://docs.virustotal.com/v2.0/reference/file-report">reference</a>)
 *   <li>VirusTotal v3: {@code data.attributes.last_analysis_results}, {@code data} being one file
 *       or a list of them (<a href="https://docs.virustotal.com/reference/files">reference</a>)
 *   <li>AVClass's own: {@code av_labels}, engines and their labels in pairs (malicialab/avclass)
 *   <li>one or several of these in {@code results}, as client libraries for VirusTotal v2 have them
 * </ul>
 *
 * Reports are not trusted: size and depth are bounded, and of all that they hold only the parts
 * named above are kept in memory.
 */
final class ReportReader {
  /** More than any answer of a service: a report is some 20 to 200 KiB. */
  static final int MAX_ANSWER = 8 << 20;

  /** The same for one JSON value of a file, which may wrap hundreds of reports. */
  private static final int MAX_VALUE = 64 << 20;

  private static final int MAX_ENGINES = 1000;
  private static final int MAX_LABEL = 300;
  private static final int MAX_PATH = 100;

  /** VirusTotal v2 answers so, without a body, when its quota is exceeded. */
  private static final int NO_CONTENT = 204;

  private static final Pattern QUOTA =
      Pattern.compile("quota|too ?many ?requests|rate ?limit", Pattern.CASE_INSENSITIVE);
  private static final Pattern ERROR_CODE = Pattern.compile("\\w{1,50}");
  private static final Pattern HASH =
      Pattern.compile("\\p{XDigit}{32}|\\p{XDigit}{40}|\\p{XDigit}{64}");
  private static final Set<String> ANSWERS =
      Set.of("malicious", "suspicious", "undetected", "harmless");
  private static final Set<String> DETECTIONS = Set.of("malicious", "suspicious");

  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(100)
                          .maxNameLength(1000)
                          .maxStringLength(100_000)
                          .build())
                  .build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // PHP writes an empty map as an empty list.
          .enable(DeserializationFeature.ACCEPT_EMPTY_ARRAY_AS_NULL_OBJECT)
          .build()
          .readerFor(Shape.class);

  private ReportReader() {}

  /**
   * One report.
   *
   * @param hashes of the file that it is about, lower-case hexadecimal, as far as it names them
   * @param lookup {@link Lookup.Found}, or {@link Lookup.NotKnown} when it says so
   */
  record Report(Set<String> hashes, Lookup lookup) {}

  /** Takes what a file holds. */
  interface Sink {
    void report(Report report);

    /** A value that is no report, and why, in one line. The values behind it are still read. */
    void problem(String reason);
  }

  /**
   * Reads a service's answer to the question for one file.
   *
   * @param name what to call it in messages
   * @throws ReportException if it is not a report; the message begins with the name
   */
  static Lookup read(byte[] json, String name) throws ReportException {
    if (json.length > MAX_ANSWER) {
      throw new ReportException(
          name + " is not a report: larger than " + (MAX_ANSWER >> 20) + " MiB");
    }
    List<Report> reports = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    try {
      read(
          new ByteArrayInputStream(json),
          new Sink() {
            @Override
            public void report(Report report) {
              reports.add(report);
            }

            @Override
            public void problem(String reason) {
              problems.add(reason);
            }
          });
    } catch (IOException e) {
      problems.add(FileReason.of(e));
    }
    if (problems.isEmpty() && reports.size() == 1) {
      return reports.get(0).lookup();
    }
    throw new ReportException(
        name
            + " is not a report: "
            + (problems.isEmpty() ? "it holds " + reports.size() + " reports" : problems.get(0)));
  }

  /**
   * Reads all that is in a file: a report, a list of them, or one after the other, such as one a
   * line. Only one is in memory at a time.
   *
   * @throws ReportException if it is not JSON from some place on; the message says where and why,
   *     not which file
   * @throws IOException if it cannot be read
   */
  static void read(InputStream in, Sink sink) throws IOException {
    Allowance bounded = new Allowance(in, MAX_VALUE);
    try (JsonParser parser = JSON.createParser(bounded)) {
      boolean empty = true;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        empty = false;
        if (!token.isStructStart() && !token.isStructEnd()) {
          sink.problem("it is no JSON object" + at(parser.currentTokenLocation()));
        } else if (token == JsonToken.START_OBJECT) {
          readObject(parser, sink);
        } // else a list begins or ends
        bounded.renew();
      }
      if (empty) {
        sink.problem(
            "it is empty, as VirusTotal v2 and VirusShare answer when their quota is exceeded: ask"
                + " again");
      }
    } catch (JsonProcessingException e) {
      throw new ReportException(describe(e));
    } catch (CharConversionException e) {
      throw new ReportException("it is not text in UTF-8");
    }
  }

  private static void readObject(JsonParser parser, Sink sink) throws IOException {
    JsonStreamContext around = parser.getParsingContext().getParent();
    JsonLocation start = parser.currentTokenLocation();
    try {
      interpret(JSON.readValue(parser, Shape.class), sink);
    } catch (DatabindException e) {
      sink.problem(describe(e));
    } catch (ReportException e) {
      sink.problem(e.getMessage() + at(start));
    }
    while (parser.getParsingContext() != around && parser.nextToken() != null) {
      // skips the rest of what was not understood
    }
  }

  private static void interpret(Shape shape, Sink sink) throws ReportException {
    List<@Nullable Shape> wrapped = shape.results() != null ? shape.results() : shape.data();
    if (wrapped == null) {
      sink.report(new Report(hashes(shape), lookup(shape)));
      return;
    }
    for (Shape each : wrapped) {
      if (each == null) {
        throw new ReportException("a report in its list is null");
      }
      interpret(each, sink);
    }
  }

  private static Lookup lookup(Shape shape) throws ReportException {
    if (shape.attributes() != null) {
      return new Lookup.Found(virusTotal3(shape, shape.attributes()));
    }
    if (shape.error() != null) {
      return error(shape.error(), shape.responseCode());
    }
    if (shape.response() != null) {
      return virusShare(shape, shape.response());
    }
    if (shape.scans() != null) {
      return new Lookup.Found(scans(shape.scans(), "VirusTotal", shape));
    }
    if (shape.avLabels() != null) {
      return new Lookup.Found(avclass(shape.avLabels(), shape));
    }
    if (shape.responseCode() != null && shape.responseCode() <= 0) {
      // 0: not in the data set; -2: queued, not analysed yet.
      return new Lookup.NotKnown("VirusTotal does not know it");
    }
    throw new ReportException(
        "it has neither a VirusShare \"response\", nor VirusTotal \"scans\", nor"
            + " \"data.attributes.last_analysis_results\", nor \"av_labels\"");
  }

  /**
   * Not found is an answer; what else went wrong is none. v3: an object with a {@code code}, see <a
   * href="https://docs.virustotal.com/reference/errors">errors</a>; client libraries of v2: a text.
   */
  private static Lookup error(JsonNode error, @Nullable Integer responseCode)
      throws ReportException {
    String code = error.path("code").asText("");
    if (code.equals("NotFoundError")) {
      return new Lookup.NotKnown("VirusTotal does not know it");
    }
    String said =
        error.isTextual() ? error.asText() : code + " " + error.path("message").asText("");
    boolean quota =
        QUOTA.matcher(said).find() || (responseCode != null && responseCode == NO_CONTENT);
    throw new ReportException(
        "it is an error of the service"
            + (ERROR_CODE.matcher(code).matches() ? ", " + code : "")
            + (quota ? ": its quota was exceeded, ask again" : ""));
  }

  /** 0: not found; 1: malware; 2: benign. The engines' own words count, where there are any. */
  private static Lookup virusShare(Shape shape, int response) throws ReportException {
    Shape embedded = shape.virustotal();
    if (embedded != null && embedded.scans() != null && response != 0) {
      return new Lookup.Found(scans(embedded.scans(), "VirusShare", shape));
    }
    return switch (response) {
      case 0 -> new Lookup.NotKnown("VirusShare does not know it");
      case 1 -> new Lookup.NotKnown("VirusShare holds it as malware, but no engine's label of it");
      case 2 -> new Lookup.Found(new EngineReport("VirusShare", hashes(shape), 0, new TreeMap<>()));
      default -> throw new ReportException("its \"response\" is " + response);
    };
  }

  private static EngineReport scans(Map<String, @Nullable Scan> scans, String source, Shape shape)
      throws ReportException {
    bound(scans.size());
    SortedMap<String, String> labels = new TreeMap<>();
    scans.forEach(
        (engine, scan) -> {
          if (scan != null && scan.detected()) {
            labels.put(engine, label(scan.result()));
          }
        });
    return new EngineReport(source, hashes(shape), scans.size(), labels);
  }

  private static EngineReport virusTotal3(Shape shape, Attributes attributes)
      throws ReportException {
    Map<String, @Nullable Analysis> results = attributes.results();
    if (results == null) {
      throw new ReportException("its \"attributes\" have no \"last_analysis_results\"");
    }
    bound(results.size());
    SortedMap<String, String> labels = new TreeMap<>();
    int engines = 0;
    for (var entry : results.entrySet()) {
      Analysis analysis = entry.getValue();
      if (analysis != null && ANSWERS.contains(String.valueOf(analysis.category()))) {
        engines++;
        if (DETECTIONS.contains(String.valueOf(analysis.category()))) {
          labels.put(entry.getKey(), label(analysis.result()));
        }
      }
    }
    return new EngineReport("VirusTotal", hashes(shape), engines, labels);
  }

  /** Only engines that detect are listed there: how many others answered is not known. */
  private static EngineReport avclass(List<@Nullable List<@Nullable String>> pairs, Shape shape)
      throws ReportException {
    bound(pairs.size());
    SortedMap<String, String> labels = new TreeMap<>();
    for (List<@Nullable String> pair : pairs) {
      if (pair == null || pair.size() != 2 || pair.get(0) == null) {
        throw new ReportException("its \"av_labels\" are not pairs of an engine and a label");
      }
      labels.put(pair.get(0), label(pair.get(1)));
    }
    return new EngineReport("AVClass", hashes(shape), labels.size(), labels);
  }

  private static void bound(int engines) throws ReportException {
    if (engines > MAX_ENGINES) {
      throw new ReportException("it names " + engines + " engines");
    }
  }

  private static String label(@Nullable String result) {
    return result == null ? "" : result.substring(0, Math.min(result.length(), MAX_LABEL));
  }

  private static Set<String> hashes(Shape shape) {
    Attributes attributes = shape.attributes();
    return Stream.of(
            shape.md5(),
            shape.sha1(),
            shape.sha256(),
            shape.id(),
            shape.resource(),
            attributes == null ? null : attributes.md5(),
            attributes == null ? null : attributes.sha1(),
            attributes == null ? null : attributes.sha256())
        .filter(text -> text != null && HASH.matcher(text).matches())
        .map(text -> String.valueOf(text).toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The fault of the JSON in our own words, as Jackson's speak of Java's classes. */
  private static String describe(JsonProcessingException e) {
    return where(e.getLocation()) + what(e);
  }

  private static String what(JsonProcessingException e) {
    if (e instanceof JsonEOFException) {
      return "it ends in the middle";
    }
    if (e instanceof StreamConstraintsException) {
      return "it is nested too deeply, or a text in it is too long";
    }
    if (e instanceof JsonMappingException mismatch) {
      String path =
          mismatch.getPath().stream()
              .map(step -> step.getFieldName() == null ? "[]" : step.getFieldName())
              .collect(Collectors.joining("."));
      return "\"%s\" is not what a report has there"
          .formatted(SafeText.printable(path.substring(0, Math.min(path.length(), MAX_PATH))));
    }
    return "it is not JSON";
  }

  private static String where(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : "line %d, column %d: ".formatted(location.getLineNr(), location.getColumnNr());
  }

  private static String at(JsonLocation location) {
    return location.getLineNr() == 1 ? "" : " (line %d)".formatted(location.getLineNr());
  }

  /** Ends a stream with an error where one value takes more than its share of bytes. */
  private static final class Allowance extends FilterInputStream {
    private final int share;
    private int left;

    Allowance(InputStream in, int share) {
      super(in);
      this.share = share;
      this.left = share;
    }

    /** The next value begins. */
    void renew() {
      left = share;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int at, int length) throws IOException {
      if (left == 0) {
        throw new ReportException("it is larger than " + (share >> 20) + " MiB");
      }
      int n = super.read(bytes, at, Math.min(length, left));
      left -= Math.max(n, 0);
      return n;
    }
  }

  /** The parts of all shapes that matter. */
  private record Shape(
      @JsonProperty("response") @Nullable Integer response,
      @JsonProperty("response_code") @Nullable Integer responseCode,
      @JsonProperty("md5") @Nullable String md5,
      @JsonProperty("sha1") @Nullable String sha1,
      @JsonProperty("sha256") @Nullable String sha256,
      // v3 calls a file by its SHA-256; v2 repeats the hash that was asked for.
      @JsonProperty("id") @Nullable String id,
      @JsonProperty("resource") @Nullable String resource,
      @JsonProperty("av_labels") @Nullable List<@Nullable List<@Nullable String>> avLabels,
      @JsonProperty("scans") @Nullable Map<String, @Nullable Scan> scans,
      @JsonProperty("virustotal") @Nullable Shape virustotal,
      @JsonProperty("results") @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          @Nullable List<@Nullable Shape> results,
      @JsonProperty("data") @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          @Nullable List<@Nullable Shape> data,
      // The feed of VirusTotal v3 omits "data".
      @JsonProperty("attributes") @Nullable Attributes attributes,
      @JsonProperty("error") @Nullable JsonNode error) {}

  private record Scan(
      @JsonProperty("detected") boolean detected,
      @JsonProperty("result") @Nullable String result) {}

  private record Attributes(
      @JsonProperty("md5") @Nullable String md5,
      @JsonProperty("sha1") @Nullable String sha1,
      @JsonProperty("sha256") @Nullable String sha256,
      @JsonProperty("last_analysis_results") @Nullable Map<String, @Nullable Analysis> results) {}

  private record Analysis(
      @JsonProperty("category") @Nullable String category,
      @JsonProperty("result") @Nullable String result) {}
}
