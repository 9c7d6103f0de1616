package org.malassay.reports.writing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlTest {
  @Test
  void whatIsPutIntoATemplateIsTextThere() {
    assertThat(
            Html.render(
                "allure/description.jte",
                Map.of("rows", Map.of("note", "</td><script>alert(1)</script>&lt;"))))
        .contains("<td>&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;</td>")
        .doesNotContain("<script");
  }

  @Test
  void aTemplateThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> Html.render("none.jte", Map.of())).hasMessageContaining("none.jte");
  }
}
