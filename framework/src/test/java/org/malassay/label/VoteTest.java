package org.malassay.label;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VoteTest {
  private final Vote vote = new Vote(Vocabulary.load());
  private final ThreatTable table = ThreatTable.of("default");

  @ParameterizedTest
  @CsvSource({
    // sample, votes, runner-up, margin, family, its votes, detections
    "1, 9, ddos, 6, gafgyt, 10, 42",
    "2, 9, , 9, tsunami, 11, 42",
    "3, 9, ddos, 6, gafgyt, 17, 41",
  })
  void realArmSamplesAreBackdoorsAsAvclassSays(
      int sample,
      int votes,
      @Nullable String runnerUp,
      int margin,
      String family,
      int familyVotes,
      int detections)
      throws Exception {
    Map<String, String> all = Reports.armSample(sample);
    Map<String, String> detected = new HashMap<>(all);
    detected.values().removeIf(Reports.UNDETECTED::equals);

    Label label =
        vote.count(EngineReport.of("VirusTotal", all.size(), detected), table, "VirusTotal");

    assertThat(label.status()).isEqualTo(Label.Status.LABELLED);
    assertThat(label.category()).contains("backdoor");
    assertThat(label.votes()).isEqualTo(votes);
    assertThat(label.runnerUp()).isEqualTo(Optional.ofNullable(runnerUp));
    assertThat(label.margin()).isEqualTo(margin);
    assertThat(label.tie()).isFalse();
    assertThat(label.family()).contains(family);
    assertThat(label.familyVotes()).isEqualTo(familyVotes);
    assertThat(label.detections()).isEqualTo(detections);
    assertThat(label.engines()).isEqualTo(54);
    assertThat(label.score()).hasValue(9);
  }

  /** Two engines of different makers that say the same thing in different words. */
  private Label twoSay(String one, String other) {
    return count("ClamAV", one, "Ikarus", other);
  }

  private Label count(String... enginesAndLabels) {
    Map<String, String> labels = Reports.labels(enginesAndLabels);
    return vote.count(EngineReport.of("VirusTotal", 60, labels), table, "VirusTotal");
  }

  @ParameterizedTest
  @CsvSource({
    "Linux.BackDoor.Fgt.1755, HEUR:Backdoor.Linux.Gafgyt.a, backdoor",
    "Trojan[Backdoor]/Linux.Gafgyt.a, ELF/Gafgyt.UN!tr.bdr, backdoor",
    "BDS/Linux.X, BKDR_GAFGYT.X, backdoor",
    "Linux.Encoder.1, Linux/Filecoder.AB, ransomware",
    "Trojan-Ransom.Linux.Agent.a, Ransom:Linux/Erebus.A, ransomware",
    "Linux/DDoS-CIA, DDoS:Linux/Gafgyt.YA!MTB, ddos",
    "Linux.DDoSAgent.1, Trojan.Linux.Flooder.b, ddos",
    "ELF:DDoS-S [Trj], Trojan-DDoS.Linux.Xarcen.a, ddos",
    "ELF:BitCoinMiner-HF [Trj], Linux.CoinMiner.3, coinminer",
    "not-a-virus:HEUR:RiskTool.Linux.Generic, GrayWare/Linux.Generic, riskware",
    "Trojan-Downloader.Linux.Mirai.b, Linux.DownLoader8.1, downloader",
    "Trojan-Dropper.Linux.A, ELF/Dldr.X!tr.dldr, downloader",
    "EXP/CVE-2021-4034.A, Exploit.Linux.CVE-2017-1, exploit",
    "Rootkit.Linux.A, ELF/Agent!tr.rkit, rootkit",
    "Net-Worm.Linux.Darlloz.a, Worm:Linux/Hajime, worm",
    "Virus.Linux.RST.b, Linux/Virus.X, virus",
    "HackTool.Linux.Portscan.1, HKTL_SCAN.A, hacktool",
    "Trojan-Spy.Linux.A, PWS:Linux/B, spyware",
    "Linux.Silexbot.A, ELF/BrickerBot.A, wiper",
    "AdWare.Linux.A, ADWARE/Linux.B, adware",
    "Potentially Unwanted Application, PUA.Linux.X, riskware",
    "ELF/Mirai.AE!tr, ELF:Tsunami-CR [Trj], trojan",
    "Linux.Trojan.A, TROJ_GEN.R002, trojan",
  })
  void wordsOfLabelsNameCategories(String one, String other, String category) {
    Label label = twoSay(one, other);

    assertThat(label.category()).contains(category);
    assertThat(label.status()).isEqualTo(Label.Status.LABELLED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Linux.Wormhole.A", // no worm
        "Linux.Random.A", // no ransom
        "Antivirus2009.A", // no virus
        "Linux.Robot.A", // no bot
        "Linux.Spyder.A", // no spy
        "not-a-virus:X.Y", // no virus
        "DOS/Jerusalem.A", // a platform
        "malware (ai score=99)",
        "Malware@#3o8smwc385jui",
        "Malicious (score: 85)",
        "Gen:NN.Mirai.34608",
        "Unix.Malware.Agent-6769357-0",
        "Generic.Suspicious.A"
      })
  void aPartOfAWordOrAGenericWordNamesNothing(String label) {
    Label counted = twoSay(label, label + ".2");

    assertThat(counted.category())
        .isEqualTo(label.startsWith("not-a-virus") ? Optional.of("riskware") : Optional.empty());
  }

  @Test
  void aFewDetectionsThatAgreeOnNothingAreAWeakLabelWithoutAScore() {
    Label label = count("MAX", "malware (ai score=99)", "ESET-NOD32", "Linux/Zzzz.A", "C", "");

    assertThat(label.status()).isEqualTo(Label.Status.WEAK);
    assertThat(label.category()).isEmpty();
    assertThat(label.basis()).isEmpty();
    assertThat(label.score()).isEmpty();
    assertThat(label.detections()).isEqualTo(3);
    assertThat(label.independentDetections()).isEqualTo(3);
    assertThat(label.margin()).isZero();
  }

  @Test
  void fourIndependentDetectionsThatAgreeOnNothingAreScoredAsUnknown() {
    String[] four = {
      "MAX", "malware (ai score=99)", "ESET-NOD32", "Linux/Zzzz.A", "DrWeb", "", "ClamAV", "X.Y"
    };
    assertThat(count(four).status()).isEqualTo(Label.Status.UNKNOWN_CATEGORY);
    assertThat(count(four).score()).hasValue(5);
  }

  @Test
  void detectionsThatRepeatOneAnotherAreNotIndependent() {
    Label label =
        count(
            "BitDefender", "Gen:Variant.Zzzz.1",
            "Emsisoft", "Gen:Variant.Zzzz.1 (B)",
            "FireEye", "Gen:Variant.Zzzz.1",
            "Ad-Aware", "Gen:Variant.Zzzz.1",
            "ClamAV", "malicious");

    assertThat(label.status()).isEqualTo(Label.Status.WEAK);
    assertThat(label.detections()).isEqualTo(5);
    assertThat(label.independentDetections()).isEqualTo(2);
  }

  @Test
  void twoEnginesThatAgreeOnAFamilyAreNotWeak() {
    Label label = twoSay("Linux/Zyxwvut.A", "Zyxwvut.2");

    assertThat(label.status()).isEqualTo(Label.Status.UNKNOWN_CATEGORY);
    assertThat(label.family()).contains("zyxwvut");
    assertThat(label.score()).hasValue(5);
  }

  @Test
  void notDetectedIsNoLabelRatherThanAScoreOf0() {
    Label label = vote.count(EngineReport.of("VirusTotal", 60, Map.of()), table, "VirusTotal");

    assertThat(label).isEqualTo(Label.notDetected(60, "VirusTotal"));
    assertThat(label.score()).isEmpty();
  }

  @Test
  void oneEngineIsNotEnoughForACategory() {
    Label label = count("Kaspersky", "Backdoor.Linux.Gafgyt.a", "MAX", "malware (ai score=99)");

    assertThat(label.status()).isEqualTo(Label.Status.WEAK);
    assertThat(label.runnerUp()).contains("backdoor");
    assertThat(label.family()).isEmpty();
  }

  @Test
  void trojanCountsOnlyWhenNothingElseHasTwoVotes() {
    Label ddos =
        count(
            "A",
            "Trojan.DDoS.1",
            "B",
            "Trojan.DDoS.2",
            "C",
            "Trojan.3",
            "D",
            "Trojan.4",
            "E",
            "Troj/X-A");
    Label trojan = count("A", "Trojan.DDoS.1", "C", "Trojan.3", "D", "Trojan.4");

    assertThat(ddos.category()).contains("ddos");
    assertThat(ddos.votes()).isEqualTo(2);
    assertThat(ddos.runnerUp()).isEmpty();
    assertThat(trojan.category()).contains("trojan");
    assertThat(trojan.votes()).isEqualTo(3);
    assertThat(trojan.runnerUp()).contains("ddos");
    assertThat(trojan.margin()).isEqualTo(2);
  }

  @Test
  void riskwareCountsOnlyWhenNothingElseHasTwoVotesEither() {
    Label backdoor =
        count(
            "A", "PUA.Backdoor.1", "B", "Riskware.Backdoor.2", "C", "not-a-virus:X", "D", "PUP.Y");
    Label riskware = count("A", "PUA.X", "B", "Riskware/Linux", "C", "Trojan.X", "D", "Backdoor.Y");

    assertThat(backdoor.category()).contains("backdoor");
    assertThat(backdoor.basis()).contains(Label.Basis.CATEGORY);
    assertThat(backdoor.runnerUp()).isEmpty();
    assertThat(riskware.category()).contains("riskware");
    assertThat(riskware.basis()).contains(Label.Basis.GENERIC);
    assertThat(riskware.runnerUp()).contains("backdoor");
  }

  @Test
  void ofGenericCategoriesWithEqualVotesTheWorseOneWins() {
    Label label = count("A", "PUA.X", "B", "Riskware/Y", "C", "Trojan.Z", "D", "Troj/W");

    assertThat(label.category()).contains("trojan");
    assertThat(label.runnerUp()).contains("riskware");
    assertThat(label.tie()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "Linux/Mirai.A, ELF:Mirai-B, ddos, 8",
    "Trojan.Linux.Mirai.A, ELF/Mirai.B!tr, ddos, 8",
    "Linux.Fgt.1, Linux/Bashlite.A, ddos, 8",
    "Linux.Hajime.1, PUA.Hajime, worm, 9",
    "Linux/BrickerBot.A, Linux.Silex.1, wiper, 10",
    "Linux/Rekoobe.A, Rekoobe.2, backdoor, 9",
  })
  void theFamilyGivesTheCategoryWhereEnginesNameNothingButGenericOnes(
      String one, String other, String category, double score) {
    Label label = twoSay(one, other);

    assertThat(label.category()).contains(category);
    assertThat(label.basis()).contains(Label.Basis.FAMILY);
    assertThat(label.votes()).isEqualTo(2);
    assertThat(label.score()).hasValue(score);
  }

  @Test
  void aCategoryThatTwoEnginesNameCountsBeforeTheFamilys() {
    Label label =
        count(
            "A",
            "Linux/Mirai.A",
            "B",
            "Mirai.B",
            "C",
            "Mirai.C",
            "D",
            "Downloader.D",
            "E",
            "Dldr/E");

    assertThat(label.category()).contains("downloader");
    assertThat(label.basis()).contains(Label.Basis.CATEGORY);
    assertThat(label.family()).contains("mirai");
  }

  @Test
  void aFamilyThatIsNotListedGivesNoCategory() {
    assertThat(twoSay("Trojan.Zyxwvut.A", "Troj/Zyxwvut-B").category()).contains("trojan");
  }

  @ParameterizedTest
  @CsvSource({"3, ", "4, rst"})
  void aFamilyOfThreeLettersNeedsFourVotes(int votes, @Nullable String family) {
    Map<String, String> labels = new HashMap<>();
    for (int i = 0; i < votes; i++) {
      labels.put("engine " + i, "Virus.Linux.RST." + (char) ('a' + i));
    }

    assertThat(vote.count(EngineReport.of("VirusTotal", 60, labels), table, "").family())
        .isEqualTo(Optional.ofNullable(family));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Exploit.Linux.Local.a",
        "Exploit.Linux.Lpe.a",
        "Exploit.RCE.a",
        "Exploit.RTF.a",
        "Trojan.PDF.a",
        "Trojan.HTML.a",
        "Trojan.VBS.a",
        "Trojan.PowerShell.a",
        "Trojan.Wscript.a",
        "Trojan.Python.a",
        "Trojan.X!MTB",
        "UDS:Trojan.X",
      })
  void kindsOfExploitFileTypesAndScriptHostsAreNoFamilies(String label) {
    assertThat(
            count("A", label, "B", label + ".2", "C", label + ".3", "D", label + ".4", "E", "x")
                .family())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "EXP/CVE-2021-4034.A, Exploit.EXP/CVE-2021-4034.A",
    "TR/Agent.abc, Trojan.TR/Agent.abc",
    "HEUR/AGEN.1, Heuristic.HEUR/AGEN.1",
    "LINUX/Mirai.bonb, Malware.LINUX/Mirai.bonb",
  })
  void fSecureRepeatsAviraUnderAnyLeadingWord(String avira, String fSecure) {
    assertThat(count("Avira", avira, "F-Secure", fSecure).independentDetections()).isEqualTo(1);
  }

  @Test
  void fSecureWithAnotherLabelSpeaksForItself() {
    assertThat(
            count("Avira", "TR/Agent.abc", "F-Secure", "Trojan.TR/Agent.abd")
                .independentDetections())
        .isEqualTo(2);
    assertThat(
            count("ClamAV", "TR/Agent.abc", "DrWeb", "Trojan.TR/Agent.abc").independentDetections())
        .as("other engines put no such word before a label")
        .isEqualTo(2);
  }

  @Test
  void aTieGoesToTheWorseCategoryUnderEveryTableAndIsFlagged() {
    String[] labels = {
      "A", "CoinMiner.1", "B", "Miner.2", "C", "DDoS.3", "D", "Flooder.4", "E", "Trojan.5"
    };
    for (String name : ThreatTable.SHIPPED) {
      Label label =
          vote.count(
              EngineReport.of("VirusTotal", 60, Reports.labels(labels)),
              ThreatTable.of(name),
              "VirusTotal");

      assertThat(label.category()).as(name).contains("ddos");
      assertThat(label.runnerUp()).contains("coinminer");
      assertThat(label.tie()).isTrue();
      assertThat(label.margin()).isZero();
    }
  }

  @Test
  void enginesThatRepeatALabelHaveOneVote() {
    Label label =
        count(
            "BitDefender", "Gen:Variant.Backdoor.Linux.Tsunami.1",
            "Emsisoft", "Gen:Variant.Backdoor.Linux.Tsunami.1 (B)",
            "GData", "Gen:Variant.Backdoor.Linux.Tsunami.1",
            "Arcabit", "Trojan.Backdoor.Linux.Tsunami.1",
            "Avira", "DDOS/Linux.Gafgyt.opnd",
            "F-Secure", "Malware.DDOS/Linux.Gafgyt.opnd",
            "Sophos", "Linux/DDoS-CIA");

    assertThat(label.category()).contains("ddos");
    assertThat(label.votes()).isEqualTo(2);
    assertThat(label.runnerUp()).contains("backdoor");
    assertThat(label.margin()).isEqualTo(1);
    assertThat(label.detections()).isEqualTo(7);
  }

  @Test
  void productsOfOneEngineHaveOneVoteWhateverTheySay() {
    Label label = count("TrendMicro", "Backdoor.A", "TrendMicro-HouseCall", "Backdoor.B");

    assertThat(label.category()).isEmpty();
  }

  @Test
  void aliasesVoteForOneFamily() {
    Label label =
        count(
            "A", "Linux.Bashlite.1", "B", "Linux.Fgt.2", "C", "Qbot", "D", "Mirai", "E", "x/Mirai");

    assertThat(label.family()).contains("gafgyt");
    assertThat(label.familyVotes()).isEqualTo(3);
  }

  @Test
  void aFamilyThatNobodyListedNeedsTwoEnginesAndAWordThatSaysSomething() {
    assertThat(twoSay("Linux/Zyxwvut.A", "Backdoor.Linux.Zyxwvut.12").family()).contains("zyxwvut");
    assertThat(twoSay("Linux/Zyxwvut.A", "Linux/Other.B").family()).isEmpty();
    assertThat(twoSay("Linux.GenericA.73451", "GenericA/Variant").family()).isEmpty();
    assertThat(twoSay("Elf.Unix.Linux.Trojan.NPE", "Elf/Unix-Linux.Agent.NPE").family()).isEmpty();
  }

  @Test
  void ofFamiliesWithEqualVotesAListedOneWinsThenTheFirstInTheAlphabet() {
    assertThat(twoSay("Mirai.Aaaaa", "Aaaaa/Mirai").family()).contains("mirai");
    assertThat(twoSay("Mirai.Gafgyt", "Gafgyt/Mirai").family()).contains("gafgyt");
  }

  @Test
  void theBeginningOfTheFilesHashIsNoFamily() {
    EngineReport report =
        new EngineReport(
            "VirusTotal",
            Set.of("5e31d16d6bf35ea117d6d2c4d42ea879", "feedface" + "0".repeat(56)),
            60,
            new TreeMap<>(Map.of("A", "X!FEEDFACE", "B", "Y.feedface")));

    assertThat(vote.count(report, table, "").family()).isEmpty();
  }

  @Test
  void hostileLabelsDoNoHarm() {
    Label label =
        count("A", "\u0000\u001b[31m<script>,\"\n", "B", "!".repeat(300), "C", "ü".repeat(300));

    assertThat(label.status()).isEqualTo(Label.Status.WEAK);
    assertThat(label.family()).isEmpty();
  }
}
