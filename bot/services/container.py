"""All services that handlers use, for updates of the chat and for HTTP requests."""

from dataclasses import dataclass

from bot.services.console.console import Console
from bot.services.news.courier import CourierNews
from bot.services.news.deliveries import Deliveries
from bot.services.news.undelivered import Undelivered
from bot.services.orders.buyers import Buyers
from bot.services.orders.intake import Intake
from bot.services.orders.pictures import Pictures
from bot.services.orders.tracking import Tracking
from bot.services.orders.watching import Watching
from bot.services.people.app_sessions import AppSessions
from bot.services.people.blocking import Blocking
from bot.services.people.choosing import Choosing
from bot.services.people.exports import Exports
from bot.services.people.feedback import Feedback
from bot.services.people.following import Following
from bot.services.people.guests import Guests
from bot.services.people.household import Household
from bot.services.people.linking import Linking
from bot.services.people.links import Links
from bot.services.people.mini_app import MiniApp
from bot.services.people.offering import Offering
from bot.services.people.onlookers import TrackingPages
from bot.services.people.people import People
from bot.services.people.phones import PhoneLinking
from bot.services.people.privacy import Privacy
from bot.services.people.privacy_requests import PrivacyDuties
from bot.services.people.sharing import Sharing
from bot.services.people.waiting import Waiting
from bot.services.shop.desk import Desk
from bot.services.shop.idempotency import Idempotency
from bot.services.shop.quotas import Quotas
from bot.services.shop.staff import Staff


@dataclass(frozen=True, kw_only=True)
class Services:
    intake: Intake
    tracking: Tracking
    courier: CourierNews
    people: People
    blocking: Blocking
    following: Following
    guests: Guests
    household: Household
    linking: Linking
    links: Links
    phones: PhoneLinking
    privacy: Privacy
    privacy_duties: PrivacyDuties
    buyers: Buyers
    sharing: Sharing
    offering: Offering
    pictures: Pictures
    pages: TrackingPages
    watching: Watching
    waiting: Waiting
    feedback: Feedback
    choosing: Choosing
    exports: Exports
    deliveries: Deliveries
    undelivered: Undelivered
    staff: Staff
    console: Console
    desk: Desk
    app_sessions: AppSessions
    mini_app: MiniApp
    quotas: Quotas
    idempotency: Idempotency
