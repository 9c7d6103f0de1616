package org.malassay.reports.interop;

import java.util.List;

/**
 * A layer of the ATT&amp;CK Navigator, format 4.5 ({@code layers/spec/v4.5/layerformat.md} of
 * mitre-attack/attack-navigator).
 */
record Layer(
    String name,
    Versions versions,
    String domain,
    String description,
    Filters filters,
    int sorting,
    Layout layout,
    boolean hideDisabled,
    List<Technique> techniques,
    Gradient gradient,
    List<LegendItem> legendItems,
    List<Metadata> metadata) {

  /** Of ATT&amp;CK, of the oldest Navigator that reads it, and of this format. */
  record Versions(String attack, String navigator, String layer) {}

  record Filters(List<String> platforms) {}

  record Layout(String layout, boolean showID, boolean showName, String expandedSubtechniques) {}

  record Technique(
      String techniqueID,
      long score,
      String comment,
      boolean enabled,
      boolean showSubtechniques,
      List<Metadata> metadata,
      List<Link> links) {}

  record Gradient(List<String> colors, int minValue, long maxValue) {}

  record LegendItem(String label, String color) {}

  record Metadata(String name, String value) {}

  record Link(String label, String url) {}
}
