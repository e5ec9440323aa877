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

ZONES: dict[str, int] = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **{"nst": -210, "ndt": -150, "ast": -240, "adt": -180, "at": -240, "est": -300, "edt": -240, "et": -300},
    **{"cst": -360, "cdt": -300, "ct": -360, "mst": -420, "mdt": -360, "mt": -420, "pst": -480, "pdt": -420},
    **{"pt": -480, "akst": -540, "akdt": -480, "hst": -600, "brt": -180, "art": -180},
    **{"a": -60, "n": 60, "m": -720, "y": 720},
    **{"bst": 60, "west": 60, "cet": 60, "met": 60, "mez": 60, "cest": 120, "mest": 120, "mesz": 120},
    **{"eet": 120, "eest": 180, "sast": 120, "msk": 180, "msd": 240, "trt": 180, "gst": 240, "pkt": 300},
    **{"ist": 330, "wib": 420, "ict": 420, "hkt": 480, "sgt": 480, "awst": 480, "jst": 540, "kst": 540},
    **{"acst": 570, "acdt": 630, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780},
}
"""Zone in lower case → minutes east of UTC."""

MERIDIEM: dict[str, int] = {
    **{"am": 0, "a.m": 0, "오전": 0, "上午": 0, "午前": 0},
    **{"pm": 12, "p.m": 12, "오후": 12, "下午": 12, "午後": 12},
}
"""Half of the day → hours to add."""
