package org.malassay.reports.charts;

import java.util.Map;
import java.util.Optional;

/**
 * The colors of a chart's classes on white paper, where no style sheet gives them: those that the
 * page has in its light form.
 */
public final class Palette {
  private static final Map<String, String> NAMED =
      Map.ofEntries(
          Map.entry("fg", "#1c1f23"),
          Map.entry("faint", "#5b6470"),
          Map.entry("line", "#d5dae0"),
          Map.entry("head", "#f3f5f7"),
          Map.entry("on", "#10161c"),
          Map.entry("solid", "#e38b4f"),
          Map.entry("run1", "#f6c19c"),
          Map.entry("not", "#d6e6f5"),
          Map.entry("unsure", "#e7e7ea"),
          Map.entry("c0", "#5b8cc0"),
          Map.entry("c1", "#8ab17d"),
          Map.entry("c2", "#b6a0d6"),
          Map.entry("c3", "#e0c36b"),
          Map.entry("c4", "#6fb7b7"),
          Map.entry("c5", "#c98aa6"),
          Map.entry("c6", "#9a9a9a"),
          Map.entry("c7", "#c4c9cf"),
          Map.entry("e0", "#2b6cb0"),
          Map.entry("e1", "#c2571a"),
          Map.entry("e2", "#2f855a"),
          Map.entry("e3", "#8a4fb5"),
          Map.entry("e4", "#a0741a"),
          Map.entry("e5", "#b83264"),
          Map.entry("e6", "#3b8686"),
          Map.entry("e7", "#666"));

  private Palette() {}

  /**
   * What a rectangle, or the swatch of a legend, is filled with.
   *
   * @param style its classes
   */
  public static String fill(String style) {
    boolean box = style.startsWith("box ");
    String kind = box ? style.substring("box ".length()) : style;
    return switch (kind) {
      case "run" -> color(box ? "run1" : "solid");
      case "not", "unsure" -> color(kind);
      case "zero" -> color("c7");
      default -> box ? color("head") : color(kind.replaceFirst("^d(?=\\d$)", "c"));
    };
  }

  /** What goes around a rectangle; empty where nothing does. */
  public static Optional<String> edge(String style) {
    return style.startsWith("box ") ? Optional.of(color("faint")) : Optional.empty();
  }

  /** The color of a line. */
  public static String stroke(String style) {
    return switch (style) {
      case "grid" -> color("line");
      case "axis", "arrow" -> color("faint");
      default -> color(style.replaceFirst("^stroke ", ""));
    };
  }

  /** How thick a line is, in the chart's own units. */
  public static double thickness(String style) {
    return style.startsWith("stroke ") ? 2.5 : style.equals("arrow") ? 1.5 : 1;
  }

  /** The color of a text. */
  public static String ink(String style) {
    return has(style, "on") ? color("on") : color(has(style, "faint") ? "faint" : "fg");
  }

  /** How tall a text is, in the chart's own units. */
  public static double size(String style) {
    return has(style, "on") ? 11 : has(style, "small") ? 10.5 : 12;
  }

  private static boolean has(String style, String name) {
    return (" " + style + " ").contains(" " + name + " ");
  }

  /** A color by the name that the page's style sheet has for it. */
  static String color(String name) {
    String color = NAMED.get(name);
    if (color == null) {
      throw new IllegalArgumentException("a chart has no color " + name);
    }
    return color;
  }

  /** All of them. */
  static Map<String, String> named() {
    return NAMED;
  }
}
