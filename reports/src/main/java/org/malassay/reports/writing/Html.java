package org.malassay.reports.writing;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;

/**
 * HTML made of the templates in {@code src/main/jte}, which the build turns into classes. A
 * template escapes each value as its place there asks for; it does not make it printable.
 */
public final class Html {
  private static final TemplateEngine TEMPLATES = templates();

  private Html() {}

  /**
   * Of precompiled templates without a folder jte takes the class loader of the thread that makes
   * the engine, whichever it is given: that of a pool's thread need not have these.
   */
  private static TemplateEngine templates() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(Html.class.getClassLoader());
    try {
      return TemplateEngine.createPrecompiled(
          null, ContentType.Html, Html.class.getClassLoader(), "org.malassay.reports.templates");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * Fills a template in.
   *
   * @param template its path among the templates, such as {@code allure/description.jte}
   * @param parameters the value of each of its parameters, by name
   */
  public static String render(String template, Map<String, Object> parameters) {
    StringOutput html = new StringOutput();
    TEMPLATES.render(template, parameters, html);
    return html.toString();
  }
}
