package org.malassay.behavior;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Events as JSON, an object a line. Written and read by hand, field by field: there are millions of
 * them.
 */
final class EventJson {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          // Escapes what a sample may have chosen: invalid UTF-8, and what a terminal obeys.
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  /** The version of the Elastic Common Schema, which wants it told with each event. */
  private static final String ECS = "8.17.0";

  private static final Node ROOT = new Node();

  static {
    for (Field field : Field.values()) {
      if (field.isDerived()) {
        continue;
      }
      put(field.path(), field);
      field.formerPath().ifPresent(path -> put(path, field));
    }
  }

  private static void put(List<String> path, Field field) {
    Node node = ROOT;
    for (String name : path) {
      node = node.children.computeIfAbsent(name, it -> new Node());
    }
    node.field = field;
  }

  private EventJson() {}

  /** A place in the tree of fields: an object, or the value of a field. */
  private static final class Node {
    private final Map<String, Node> children = new HashMap<>();
    private @Nullable Field field;
  }

  /** Writes events; used by one thread at a time. */
  static final class Writer {
    private final JsonGenerator out;
    private final Instant start;
    private final Fields fields = new Fields();

    /**
     * @param start of the sample, for the absolute time of each event
     */
    Writer(OutputStream out, Instant start) throws IOException {
      this.out = JSON.createGenerator(out).setPrettyPrinter(new MinimalPrettyPrinter("\n"));
      this.start = start;
    }

    void write(Event event) throws IOException {
      fields.clear();
      EventKind<?> kind = EventKinds.of(event);
      kind.write(event, fields);
      fields.put(Field.TIMESTAMP, start.plus(event.at()).toString());
      fields.put(Field.ECS_VERSION, ECS);
      fields.put(Field.EVENT_KIND, kind.facet() == Facet.USAGE ? "metric" : "event");
      fields.put(Field.CATEGORY, List.of(kind.category()));
      fields.put(Field.TYPE, List.of(kind.type()));
      fields.put(Field.KIND, kind.word());
      fields.put(Field.AT, event.at());
      fields.put(Field.ORIGIN, event.origin().source());
      if (event.origin().forgeable()) {
        fields.put(Field.FORGEABLE, true);
      }
      writeFields();
    }

    private void writeFields() throws IOException {
      out.writeStartObject();
      List<String> open = List.of();
      for (Map.Entry<Field, Object> entry : fields.values().entrySet()) {
        List<String> path = entry.getKey().path();
        List<String> objects = path.subList(0, path.size() - 1);
        int common = common(open, objects);
        for (int i = open.size(); i > common; i--) {
          out.writeEndObject();
        }
        for (String name : objects.subList(common, objects.size())) {
          out.writeObjectFieldStart(name);
        }
        open = objects;
        out.writeFieldName(path.get(path.size() - 1));
        write(entry.getValue());
      }
      for (int i = open.size(); i >= 0; i--) {
        out.writeEndObject();
      }
    }

    private static int common(List<String> a, List<String> b) {
      int i = 0;
      while (i < a.size() && i < b.size() && a.get(i).equals(b.get(i))) {
        i++;
      }
      return i;
    }

    private void write(Object value) throws IOException {
      if (value instanceof Long number) {
        out.writeNumber(number);
      } else if (value instanceof Boolean is) {
        out.writeBoolean(is);
      } else if (value instanceof List<?> list) {
        out.writeStartArray();
        for (Object element : list) {
          out.writeString((String) element);
        }
        out.writeEndArray();
      } else {
        out.writeString((String) value);
      }
    }

    void flush() throws IOException {
      out.flush();
    }

    void close() throws IOException {
      if (!out.isClosed()) {
        out.writeRaw('\n');
      }
      out.close();
    }
  }

  /** Reads events; used by one thread. */
  static final class Reader {
    private final JsonParser in;
    private final Fields fields = new Fields();

    /**
     * @param text whole lines
     */
    Reader(byte[] text) throws IOException {
      this.in = JSON.createParser(text);
    }

    /**
     * The next event; empty at the end. Events of kinds unknown here are passed over.
     *
     * @throws IOException if what follows is no event
     */
    Optional<Event> next() throws IOException {
      while (true) {
        JsonToken token = in.nextToken();
        if (token == null) {
          return Optional.empty();
        }
        fields.clear();
        readObject(ROOT);
        Optional<EventKind<?>> kind = fields.findText(Field.KIND).flatMap(EventKinds::of);
        if (kind.isPresent()) {
          return Optional.of(event(kind.get()));
        }
      }
    }

    /**
     * When the sample was started, by the first record: its time less that since the start. To be
     * asked before any event.
     *
     * @throws IOException if that is no record
     */
    Optional<Instant> start() throws IOException {
      Optional<Instant> time = Optional.empty();
      in.nextToken();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        JsonToken token = in.nextToken();
        Node child = ROOT.children.get(name);
        if (name.equals(Field.TIMESTAMP.path().get(0)) && token == JsonToken.VALUE_STRING) {
          time = Optional.of(Instant.parse(in.getText()));
        } else if (child != null && token == JsonToken.START_OBJECT) {
          readObject(child);
        } else {
          in.skipChildren();
        }
      }
      Optional<Duration> at =
          fields.findNumber(Field.AT).stream().mapToObj(Duration::ofNanos).findFirst();
      return time.flatMap(it -> at.map(it::minus));
    }

    private Event event(EventKind<?> kind) throws IOException {
      try {
        return kind.read().apply(fields);
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new IOException("%s in a record of %s".formatted(e.getMessage(), kind.word()), e);
      }
    }

    private void readObject(Node node) throws IOException {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        Node child = node.children.get(name);
        JsonToken token = in.nextToken();
        if (child == null) {
          in.skipChildren();
        } else if (child.field == null) {
          if (token == JsonToken.START_OBJECT) {
            readObject(child);
          } else {
            in.skipChildren();
          }
        } else {
          readValue(child.field, token);
        }
      }
    }

    private void readValue(Field field, JsonToken token) throws IOException {
      switch (token) {
        case VALUE_STRING -> fields.put(field, in.getText());
        case VALUE_NUMBER_INT -> fields.put(field, in.getLongValue());
        case VALUE_TRUE -> fields.put(field, true);
        case VALUE_FALSE -> fields.put(field, false);
        case START_ARRAY -> {
          List<String> texts = new ArrayList<>();
          while (in.nextToken() == JsonToken.VALUE_STRING) {
            texts.add(in.getText());
          }
          fields.put(field, texts);
        }
        default -> in.skipChildren();
      }
    }
  }
}
