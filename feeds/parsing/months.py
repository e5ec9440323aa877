"""Words in dates: names of months in the languages feeds are written in, zones, halves of the day."""

from __future__ import annotations

_NAMES = """
    january february march april may june july august september october november december
    jan feb mar apr may jun jul aug sep oct nov dec
    sept febr mrt juni juli mai dez okt
    januar februar märz april mai juni juli august september oktober november dezember
    jän feb mär apr mai jun jul aug sep okt nov dez
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    janv févr mars avr mai juin juil août sept oct nov déc
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    ene feb mar abr may jun jul ago sep oct nov dic
    gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
    gen feb mar apr mag giu lug ago set ott nov dic
    janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
    jan fev mar abr mai jun jul ago set out nov dez
    januari februari maart april mei juni juli augustus september oktober november december
    jan feb mrt apr mei jun jul aug sep okt nov dec
    január február március április május június július augusztus szeptember október november december
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    янв фев мар апр май июн июл авг сен окт ноя дек
    ιαν φεβ μάρ απρ μάι ιούν ιούλ αύγ σεπ οκτ νοέ δεκ
    ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ
    ιαν φεβ μαώ απρ μαϊ ιον ιολ αυγ σεπ οκτ νοε δεκ
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
    ledna února března dubna května června července srpna září října listopadu prosince
    ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
    januari februari mars april maj juni juli augusti september oktober november december
"""
_ODD = {"sept": 9, "febr": 2, "mrt": 3, "juni": 6, "juli": 7, "mai": 5, "dez": 12, "okt": 10}

MONTHS: dict[str, int] = {
    name: number
    for line in reversed(_NAMES.strip().splitlines())
    if len(line.split()) == 12
    for number, name in enumerate(line.split(), 1)
} | _ODD
"""Name or abbreviation in lower case → 1 to 12; English wins where languages disagree."""


def _minutes(table: str) -> dict[str, int]:
    """``name:hours`` pairs to minutes."""
    pairs = (pair.split(":") for pair in table.split())
    return {name: round(float(hours) * 60) for name, hours in pairs}


ZONES: dict[str, int] = _minutes(
    """
    z:0 ut:0 utc:0 gmt:0 wet:0 bst:1 west:1 cet:1 met:1 mez:1 cest:2 mest:2 mesz:2 eet:2 eest:3
    sast:2 msk:3 msd:4 nst:-3.5 ndt:-2.5 ast:-4 adt:-3 at:-4 est:-5 edt:-4 et:-5 cst:-6 cdt:-5
    ct:-6 mst:-7 mdt:-6 mt:-7 pst:-8 pdt:-7 pt:-8 akst:-9 akdt:-8 hst:-10 brt:-3 art:-3 a:-1 n:1
    m:-12 y:12 trt:3 gst:4 pkt:5 ist:5.5 wib:7 ict:7 hkt:8 sgt:8 awst:8 jst:9 kst:9 acst:9.5
    acdt:10.5 aest:10 aedt:11 nzst:12 nzdt:13
    """
)
"""Zone in lower case → minutes east of UTC."""

_MORNING = ("am", "오전", "上午", "午前")
_AFTERNOON = ("pm", "오후", "下午", "午後")
MERIDIEM: dict[str, int] = {**dict.fromkeys(_MORNING, 0), **dict.fromkeys(_AFTERNOON, 12)}
"""Half of the day → hours to add."""
