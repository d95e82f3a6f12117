"""Settings, for admins: who may come in, keys of programs, and what is in force, under `?view=`."""

from dashboard.language import t
from dashboard.widgets.headers import show_header
from dashboard.widgets.settings_about import show_about
from dashboard.widgets.settings_accounts import show_accounts
from dashboard.widgets.settings_acts import show_said
from dashboard.widgets.settings_key_form import offer_new_key
from dashboard.widgets.settings_keys import show_keys
from dashboard.widgets.settings_values import show_values
from dashboard.widgets.settings_view_choice import read_view, show_view_choice

action = show_header(
    t("Settings"), t("Who may come in, which programs have a key, and what is in force here.")
)
show_said()
show_view_choice()
view = read_view()
if view == "keys":
    with action:
        offer_new_key()
    show_keys()
elif view == "values":
    show_values()
elif view == "about":
    show_about()
else:
    show_accounts()
