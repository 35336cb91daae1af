"""The rows of the track catalogue, one track per line.

Name | title (empty: none known) | direction | length m | mean width m | waypoints | simapp majors
that include it.

Lengths, widths and directions were computed from the route files of
aws-deepracer-community/deepracer-simapp (tags v6.0.5 and v5.3.3). A version includes a track if
both its route and its world are present.
"""

from __future__ import annotations

ROWS = """\
2022_april_open|Ace Speedway|ccw|50.300|1.067|169|65
2022_april_open_ccw|Ace Speedway|ccw|50.281|1.067|170|65
2022_april_open_cw|Ace Speedway|cw|50.281|1.067|170|65
2022_april_pro|Ace Super Speedway|ccw|67.458|1.067|226|65
2022_april_pro_ccw|Ace Super Speedway|ccw|67.443|1.067|227|65
2022_april_pro_cw|Ace Super Speedway|cw|67.443|1.067|227|65
2022_august_open|Jochem Turnpike|ccw|43.312|1.067|146|65
2022_august_open_ccw|Jochem Turnpike|ccw|43.305|1.067|147|65
2022_august_open_cw|Jochem Turnpike|cw|43.305|1.067|147|65
2022_august_pro|Jochem Highway|ccw|63.880|1.067|214|65
2022_august_pro_ccw|Jochem Highway|ccw|63.864|1.067|215|65
2022_august_pro_cw|Jochem Highway|cw|63.864|1.067|215|65
2022_july_open|DBro Raceway|ccw|40.204|1.067|135|65
2022_july_pro|DBro Super Raceway|ccw|57.889|1.067|194|65
2022_july_pro_ccw|DBro Super Raceway|ccw|57.862|1.067|195|65
2022_july_pro_cw|DBro Super Raceway|cw|57.862|1.067|195|65
2022_june_open|BreadCentric Loop|ccw|41.276|1.067|139|65
2022_june_open_ccw|BreadCentric Loop|ccw|41.261|1.067|140|65
2022_june_open_cw|BreadCentric Loop|cw|41.261|1.067|140|65
2022_june_pro|BreadCentric Speedway|ccw|58.607|1.067|197|65
2022_june_pro_ccw|BreadCentric Speedway|ccw|58.595|1.067|198|65
2022_june_pro_cw|BreadCentric Speedway|cw|58.595|1.067|198|65
2022_march_open|Rogue Circuit|ccw|48.069|1.067|161|65
2022_march_open_ccw|Rogue Circuit|ccw|48.066|1.067|162|65
2022_march_open_cw|Rogue Circuit|cw|48.066|1.067|162|65
2022_march_pro|Rogue Raceway|ccw|76.760|1.067|256|65
2022_march_pro_ccw|Rogue Raceway|ccw|76.746|1.067|258|65
2022_march_pro_cw|Rogue Raceway|cw|76.746|1.067|258|65
2022_may_open|Ross Raceway|ccw|46.134|1.067|155|65
2022_may_open_ccw|Ross Raceway|ccw|46.118|1.067|156|65
2022_may_open_cw|Ross Raceway|cw|46.118|1.067|156|65
2022_may_pro|Ross Super Speedway|ccw|63.863|1.067|214|65
2022_may_pro_ccw|Ross Super Speedway|ccw|63.859|1.067|215|65
2022_may_pro_cw|Ross Super Speedway|cw|63.859|1.067|215|65
2022_october_open|Jennens Family Speedway|ccw|49.568|1.067|166|65
2022_october_open_ccw|Jennens Family Speedway|ccw|49.529|1.067|167|65
2022_october_open_cw|Jennens Family Speedway|cw|49.529|1.067|167|65
2022_october_pro|Jennens Super Speedway|ccw|62.076|1.066|208|65
2022_october_pro_ccw|Jennens Super Speedway|ccw|62.074|1.066|209|65
2022_october_pro_cw|Jennens Super Speedway|cw|62.074|1.066|209|65
2022_reinvent_champ|2022 re:Invent Championship|ccw|33.275|0.950|112|-5
2022_reinvent_champ_ccw|2022 re:Invent Championship|ccw|33.275|0.950|113|65
2022_reinvent_champ_cw|2022 re:Invent Championship|cw|33.275|0.950|113|65
2022_september_open|Roger Ring|ccw|45.297|1.067|152|65
2022_september_open_ccw|Roger Ring|ccw|45.264|1.067|153|65
2022_september_open_cw|Roger Ring|cw|45.264|1.067|153|65
2022_september_pro|Roger Super Raceway|ccw|60.177|1.067|202|65
2022_september_pro_ccw|Roger Super Raceway|ccw|60.169|1.067|203|65
2022_september_pro_cw|Roger Super Raceway|cw|60.169|1.067|203|65
2022_summit_speedway|RL Speedway|ccw|25.173|1.067|127|65
2022_summit_speedway_ccw|RL Speedway|ccw|25.107|1.067|86|65
2022_summit_speedway_cw|RL Speedway|cw|25.107|1.067|86|65
2022_summit_speedway_mini||ccw|22.453|1.067|76|65
2024_reinvent_champ_ccw|Forever Raceway|ccw|25.107|0.762|86|65
2024_reinvent_champ_cw|Forever Raceway|cw|25.107|0.762|86|65
Albert|Yun Speedway|cw|51.389|1.067|344|65
AmericasGeneratedInclStart|Baadal Track|ccw|39.073|1.067|262|65
Aragon|Stratus Loop|cw|59.915|1.067|401|65
arctic_open|Hot Rod Speedway|ccw|42.216|1.067|170|65
arctic_open_ccw|Hot Rod Speedway|ccw|42.192|1.067|143|65
arctic_open_cw|Hot Rod Speedway|cw|42.192|1.067|143|65
arctic_pro|Hot Rod Super Speedway|ccw|59.517|1.067|238|65
arctic_pro_ccw|Hot Rod Super Speedway|ccw|59.477|1.067|200|65
arctic_pro_cw|Hot Rod Super Speedway|cw|59.477|1.067|200|65
Austin|American Hills Speedway|ccw|59.351|1.443|224|65
AWS_track||ccw|69.254|0.942|302|65
Belille|Cumulo Turnpike|cw|60.057|1.067|401|65
Bowtie_track|Bowtie Track|ccw|17.428|0.789|163|65
caecer_gp|Vivalas Speedway|ccw|73.159|1.082|231|65
caecer_loop|Vivalas Loop|ccw|35.091|1.286|121|65
Canada_Training|Toronto Turnpike Training|ccw|21.743|0.757|203|65
China_track|Shanghai Sudu Training|ccw|22.920|0.894|172|65
dubai_open|Baja Turnpike|ccw|40.664|1.067|164|65
dubai_open_ccw|Baja Turnpike|ccw|40.615|1.067|138|65
dubai_open_cw|Baja Turnpike|cw|40.615|1.067|138|65
dubai_pro|Baja Highway|ccw|64.952|1.067|260|65
FS_June2020|Fumiaki Loop|cw|52.875|0.914|354|65
H_track||ccw|100.853|1.071|126|--
hamption_open|Kuei Raceway|ccw|45.933|1.067|78|65
hamption_pro|Kuei Super Raceway|ccw|60.742|1.067|89|65
July_2020|Roger Raceway|cw|59.906|0.914|181|65
jyllandsringen_open|Cosmic Loop|ccw|46.123|1.067|155|65
jyllandsringen_open_ccw|Cosmic Loop|ccw|46.073|1.067|156|65
jyllandsringen_open_cw|Cosmic Loop|cw|46.073|1.067|156|65
jyllandsringen_pro|Cosmic Circuit|ccw|62.026|1.067|126|65
jyllandsringen_pro_ccw|Cosmic Circuit|ccw|62.132|1.067|210|65
jyllandsringen_pro_cw|Cosmic Circuit|cw|62.132|1.067|210|65
LGSWide|SOLA Speedway|ccw|38.031|1.067|255|65
Mexico_track|Cumulo Carrera Training|ccw|20.510|0.839|181|65
Monaco|European Seaside Circuit|cw|60.266|1.458|235|65
Monaco_building|European Seaside Circuit - Buildings|cw|60.266|1.458|235|65
morgan_open|Playa Raceway|ccw|45.042|1.067|182|65
morgan_pro|Playa Super Raceway|ccw|59.267|1.067|238|65
New_York_Track|Empire City Training|ccw|21.880|0.739|172|65
Oval_track|Oval Track|ccw|19.550|0.710|102|65
penbay_open|Po-Chun Speedway|ccw|68.683|1.067|230|65
penbay_open_ccw|Po-Chun Speedway|ccw|68.667|1.067|231|65
penbay_open_cw|Po-Chun Speedway|cw|68.667|1.067|231|65
penbay_pro|Po-Chun Super Speedway|ccw|89.241|1.067|299|65
penbay_pro_ccw|Po-Chun Super Speedway|ccw|89.235|1.067|300|65
penbay_pro_cw|Po-Chun Super Speedway|cw|89.235|1.067|300|65
red_star_open|Expedition Loop|ccw|43.487|1.066|175|65
red_star_pro|Expedition Super Loop|ccw|68.902|1.067|276|65
red_star_pro_ccw|Expedition Super Loop|ccw|68.854|1.067|232|65
red_star_pro_cw|Expedition Super Loop|cw|68.854|1.067|232|65
reInvent2019_track|Smile Speedway|ccw|23.118|1.067|155|65
reInvent2019_track_ccw|Smile Speedway|ccw|23.091|1.060|79|65
reInvent2019_track_cw|Smile Speedway|cw|23.091|1.060|79|65
reInvent2019_wide|A to Z Speedway|ccw|16.635|1.067|112|65
reInvent2019_wide_ccw|A to Z Speedway|ccw|16.598|1.060|57|65
reInvent2019_wide_cw|A to Z Speedway|cw|16.598|1.060|57|65
reInvent2019_wide_mirrored||ccw|16.635|1.067|112|65
reinvent_base|re:Invent 2018|ccw|17.709|0.762|119|65
reinvent_carpet||ccw|17.709|0.762|119|65
reinvent_concrete||ccw|17.709|0.762|119|65
reinvent_wood||ccw|17.709|0.762|119|65
Singapore|Asia Pacific Bay Loop|ccw|60.475|1.453|305|65
Singapore_building|Asia Pacific Bay Loop - Buildings|ccw|60.475|1.453|305|65
Singapore_f1||ccw|60.475|1.453|305|6-
Spain_track|Circuit de Barcelona-Catalunya|cw|59.998|0.913|259|65
Spain_track_f1||cw|59.998|0.913|259|6-
Straight_track||open|5.707|0.610|22|65
thunder_hill_open|Lars Loop|ccw|40.909|1.067|83|65
thunder_hill_pro|Lars Circuit|ccw|59.148|1.067|199|65
thunder_hill_pro_ccw|Lars Circuit|ccw|59.113|1.067|200|65
thunder_hill_pro_cw|Lars Circuit|cw|59.113|1.067|200|65
Tokyo_Training_track|Kumo Torakku Training|ccw|22.630|1.202|169|65
Vegas_track|AWS Summit Raceway|ccw|22.551|1.067|151|65
Virtual_May19_Train_track|London Loop Training|ccw|19.452|0.758|214|65
"""
