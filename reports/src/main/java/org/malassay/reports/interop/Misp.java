package org.malassay.reports.interop;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * An event of MISP (core format, draft-dulaunoy-misp-core-format): numbers are texts there, too.
 * Without ids, which are an instance's own.
 */
final class Misp {
  private Misp() {}

  record Document(@JsonProperty("Event") Event event) {}

  /** All of it is written, the empty lists too. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Event(
      String uuid,
      String info,
      String date,
      @JsonProperty("threat_level_id") String threatLevel,
      String analysis,
      String distribution,
      boolean published,
      String timestamp,
      @JsonProperty("Orgc") Organisation creator,
      @JsonProperty("Tag") List<Tag> tags,
      @JsonProperty("Attribute") List<Attribute> attributes,
      @JsonProperty("Object") List<MispObject> objects) {}

  record Organisation(String name, String uuid) {}

  record Tag(String name, String colour, boolean exportable) {}

  /**
   * @param relation the name within an object; empty for one of the event itself
   * @param forDetection whether to look for it elsewhere tells something
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Attribute(
      String uuid,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("object_relation") String relation,
      String category,
      String type,
      String value,
      @JsonProperty("to_ids") boolean forDetection,
      String comment,
      String distribution,
      String timestamp,
      @JsonProperty("disable_correlation") boolean withoutCorrelation) {

    Attribute commented(String words) {
      return new Attribute(
          uuid,
          relation,
          category,
          type,
          value,
          forDetection,
          words,
          distribution,
          timestamp,
          withoutCorrelation);
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record MispObject(
      String uuid,
      String name,
      @JsonProperty("meta-category") String metaCategory,
      String description,
      @JsonProperty("template_uuid") String templateUuid,
      @JsonProperty("template_version") String templateVersion,
      String comment,
      String distribution,
      String timestamp,
      @JsonProperty("Attribute") List<Attribute> attributes) {}

  /** What the list of a feed says of an event. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Listed(
      String info,
      String date,
      @JsonProperty("threat_level_id") String threatLevel,
      String analysis,
      String timestamp,
      @JsonProperty("Orgc") Organisation creator,
      @JsonProperty("Tag") List<Tag> tags) {
    static Listed of(Event event) {
      return new Listed(
          event.info(),
          event.date(),
          event.threatLevel(),
          event.analysis(),
          event.timestamp(),
          event.creator(),
          event.tags());
    }
  }
}
