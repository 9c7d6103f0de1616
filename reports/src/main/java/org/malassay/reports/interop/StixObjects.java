package org.malassay.reports.interop;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The objects of STIX 2.1 (OASIS standard, June 2021) that are written, each with the properties of
 * it that are used; their names have underscores where these here have capitals.
 */
final class StixObjects {
  private StixObjects() {}

  /** What can be written into a bundle, once. */
  interface StixObject {
    /** What every object has. */
    Head head();
  }

  /** Type, version, identifier and marking. */
  record Head(String type, String specVersion, String id, List<String> objectMarkingRefs) {}

  /** What an object that somebody made has besides. */
  record Made(String createdByRef, String created, String modified) {}

  record Bundle(String type, String id, List<StixObject> objects) {}

  record Reference(String sourceName, String externalId, String url) {}

  record Identity(
      @JsonUnwrapped Head head,
      @JsonUnwrapped Made made,
      String name,
      String description,
      String identityClass)
      implements StixObject {}

  /** One of the standard's own, written as it stands there. */
  record Marking(
      @JsonUnwrapped Head head,
      String created,
      String name,
      String definitionType,
      Map<String, String> definition)
      implements StixObject {}

  /** An address, a name or a URL. */
  record Value(@JsonUnwrapped Head head, String value) implements StixObject {}

  record Directory(@JsonUnwrapped Head head, String path) implements StixObject {}

  record StixFile(
      @JsonUnwrapped Head head,
      Map<String, String> hashes,
      OptionalLong size,
      String name,
      Optional<String> parentDirectoryRef)
      implements StixObject {}

  record Traffic(
      @JsonUnwrapped Head head,
      String start,
      String end,
      String dstRef,
      int dstPort,
      List<String> protocols,
      long srcByteCount,
      long dstByteCount)
      implements StixObject {}

  record StixProcess(
      @JsonUnwrapped Head head,
      int pid,
      String createdTime,
      Optional<String> commandLine,
      Optional<String> imageRef,
      Optional<String> parentRef,
      List<String> childRefs)
      implements StixObject {}

  record Software(@JsonUnwrapped Head head, String name) implements StixObject {}

  record AttackPattern(
      @JsonUnwrapped Head head,
      @JsonUnwrapped Made made,
      String name,
      List<Reference> externalReferences)
      implements StixObject {}

  record Malware(
      @JsonUnwrapped Head head,
      @JsonUnwrapped Made made,
      String name,
      String description,
      List<String> malwareTypes,
      boolean isFamily,
      List<String> architectureExecutionEnvs,
      List<String> sampleRefs)
      implements StixObject {}

  record Analysis(
      @JsonUnwrapped Head head,
      @JsonUnwrapped Made made,
      String product,
      String version,
      String hostVmRef,
      String analysisDefinitionVersion,
      String analysisStarted,
      String analysisEnded,
      String resultName,
      String result,
      List<String> analysisScoRefs,
      String sampleRef)
      implements StixObject {}

  record ObservedData(
      @JsonUnwrapped Head head,
      @JsonUnwrapped Made made,
      String firstObserved,
      String lastObserved,
      int numberObserved,
      List<String> objectRefs)
      implements StixObject {}

  record Indicator(
      @JsonUnwrapped Head head,
      @JsonUnwrapped Made made,
      String name,
      List<String> indicatorTypes,
      String pattern,
      String patternType,
      String patternVersion,
      String validFrom)
      implements StixObject {}

  record Note(
      @JsonUnwrapped Head head,
      @JsonUnwrapped Made made,
      @JsonProperty("abstract") String summary,
      String content,
      List<String> objectRefs)
      implements StixObject {}

  record Relationship(
      @JsonUnwrapped Head head,
      @JsonUnwrapped Made made,
      String relationshipType,
      String description,
      String sourceRef,
      String targetRef)
      implements StixObject {}
}
