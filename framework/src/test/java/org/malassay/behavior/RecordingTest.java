package org.malassay.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordingTest {

  @Test
  void aFacetThatIsNotNamedIsOff() {
    Recording recording = new Recording(Map.of(Facet.CALLS, FacetState.OBSERVED));

    assertThat(recording.states()).containsOnlyKeys(Facet.values());
    assertThat(recording.of(Facet.CALLS)).isEqualTo(FacetState.OBSERVED);
    assertThat(recording.of(Facet.NETWORK)).isEqualTo(FacetState.OFF);
  }

  @Test
  void aStateIsSaidInWords() {
    assertThat(FacetState.OBSERVED).hasToString("observed");
    assertThat(FacetState.OFF).hasToString("off");
    assertThat(FacetState.missing("no eBPF here")).hasToString("missing (no eBPF here)");
    assertThat(FacetState.cut(3, "a flood")).hasToString("cut (3 events lost: a flood)");
    assertThat(FacetState.cut(0, "the recorder ended")).hasToString("cut (the recorder ended)");
  }

  @Test
  void ofTwoStatesTheWorseCountsAndLossesAddUp() {
    FacetState cut = FacetState.cut(3, "a flood");
    FacetState missing = FacetState.missing("no eBPF here");

    assertThat(FacetState.OBSERVED.and(cut)).isEqualTo(cut);
    assertThat(cut.and(FacetState.OBSERVED)).isEqualTo(cut);
    assertThat(cut.and(missing)).isEqualTo(missing);
    assertThat(missing.and(cut)).isEqualTo(missing);
    assertThat(cut.and(cut)).isEqualTo(FacetState.cut(6, "a flood"));
    assertThat(cut.and(FacetState.cut(1, "no room")))
        .isEqualTo(FacetState.cut(4, "a flood; no room"));
  }

  @Test
  void aRecordingIsKeptInTheJournal() throws IOException {
    ObjectMapper json = new ObjectMapper();
    Recording recording =
        Recording.OFF
            .with(Facet.CALLS, FacetState.cut(3, "a flood"))
            .with(Facet.NETWORK, FacetState.missing("no namespaces"));

    assertThat(json.readValue(json.writeValueAsString(recording), Recording.class))
        .isEqualTo(recording);
  }

  @Test
  void aFacetIsFoundByItsWord() {
    assertThat(Facet.of("calls")).isEqualTo(Facet.CALLS);
    assertThatThrownBy(() -> Facet.of("smell"))
        .hasMessage(
            "no facet is called smell; there is: calls, processes, files, network, usage, service");
  }
}
