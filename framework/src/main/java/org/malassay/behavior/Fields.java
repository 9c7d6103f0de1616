package org.malassay.behavior;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one record, on their way to a file or from it. Those that an event needs are asked
 * for by the methods that return a value, which throw {@link IllegalArgumentException} when there
 * is none or one of another kind.
 */
final class Fields {
  /** Values are a String, a Long, a Boolean or a List of String. */
  private final Map<Field, Object> values = new EnumMap<>(Field.class);

  void clear() {
    values.clear();
  }

  Map<Field, Object> values() {
    return values;
  }

  // --- in

  void put(Field field, String text) {
    values.put(field, text);
  }

  void put(Field field, long number) {
    values.put(field, number);
  }

  void put(Field field, boolean is) {
    values.put(field, is);
  }

  void put(Field field, List<String> texts) {
    values.put(field, texts);
  }

  void put(Field field, Duration duration) {
    values.put(field, duration.toNanos());
  }

  void put(Field field, Optional<String> text) {
    text.ifPresent(it -> put(field, it));
  }

  void put(Field field, OptionalInt number) {
    number.ifPresent(it -> put(field, it));
  }

  void put(Field field, OptionalLong number) {
    number.ifPresent(it -> put(field, it));
  }

  void put(Field address, Field port, Optional<Endpoint> endpoint) {
    endpoint.ifPresent(
        it -> {
          put(address, it.address());
          put(port, it.port());
        });
  }

  // --- out

  String text(Field field) {
    return need(field, findText(field));
  }

  Optional<String> findText(Field field) {
    return find(field, String.class);
  }

  long number(Field field) {
    return need(field, find(field, Long.class));
  }

  int integer(Field field) {
    return Math.toIntExact(number(field));
  }

  OptionalLong findNumber(Field field) {
    Optional<Long> number = find(field, Long.class);
    return number.isPresent() ? OptionalLong.of(number.get()) : OptionalLong.empty();
  }

  OptionalInt findInteger(Field field) {
    Optional<Long> number = find(field, Long.class);
    return number.isPresent() ? OptionalInt.of(Math.toIntExact(number.get())) : OptionalInt.empty();
  }

  Duration duration(Field field) {
    return Duration.ofNanos(number(field));
  }

  Optional<Boolean> findBoolean(Field field) {
    return find(field, Boolean.class);
  }

  @SuppressWarnings("unchecked") // a list in a record is one of strings, whoever made it
  List<String> texts(Field field) {
    return find(field, List.class).map(list -> (List<String>) list).orElse(List.of());
  }

  Optional<Endpoint> findEndpoint(Field address, Field port) {
    return findText(address).map(it -> new Endpoint(it, integer(port)));
  }

  Endpoint endpoint(Field address, Field port) {
    return new Endpoint(text(address), integer(port));
  }

  /** Who saw it, and whether the sample could have lied. */
  Origin origin() {
    return new Origin(text(Field.ORIGIN), findBoolean(Field.FORGEABLE).orElse(false));
  }

  Duration at() {
    return duration(Field.AT);
  }

  private <T> Optional<T> find(Field field, Class<T> type) {
    @Nullable Object value = values.get(field);
    if (value != null && !type.isInstance(value)) {
      throw new IllegalArgumentException("%s is no %s".formatted(name(field), type));
    }
    return Optional.ofNullable(type.cast(value));
  }

  private static <T> T need(Field field, Optional<T> value) {
    return value.orElseThrow(() -> new IllegalArgumentException(name(field) + " is missing"));
  }

  private static String name(Field field) {
    return String.join(".", field.path());
  }
}
