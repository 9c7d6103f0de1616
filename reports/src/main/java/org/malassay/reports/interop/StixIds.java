package org.malassay.reports.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.UUID;

/** The identifiers of STIX 2.1 (section 2.9): the same whenever they are made of the same. */
final class StixIds {
  /** In which observables are named; no other object may be. */
  private static final UUID OBSERVABLES = UUID.fromString("00abedb4-aa42-466c-9c01-fed23315a9b7");

  /**
   * RFC 8785 for what is put into it here: no fractions, and texts without control characters,
   * which it would write in other letters.
   */
  private static final JsonMapper CANONICAL =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private StixIds() {}

  /**
   * The identifier of an observable.
   *
   * @param properties those that contribute to it, as its section says
   */
  static String observable(String type, Map<String, ?> properties) {
    try {
      return type + "--" + Uuids.of(OBSERVABLES, CANONICAL.writeValueAsString(properties));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + properties, e);
    }
  }

  /** The identifier of something of the project's own making. */
  static String own(String type, String... parts) {
    return type + "--" + Uuids.own(type, String.join("\n", parts));
  }
}
